import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { armOf } from "../../bench/coverage/arm.ts";
import type { CoverageRow } from "../../bench/coverage/coverage-row.ts";
import { runStudy, type Study } from "../../bench/coverage/run-study.ts";
import { conditions } from "../../bench/coverage/studies.ts";
import { binomialLimits } from "../../src/intervals/distributions.ts";
import { openBackend } from "../../src/solve/backends.ts";
import type { Backend } from "../../src/solve/kernel.ts";

const study: Study = {
  conditions: conditions([16], [0.9], ["normal"]),
  arms: [armOf("parametric", "expanded"), armOf("row", "percentile")],
  losses: ["huber"],
  replications: 100,
  resamples: 99,
  freshStarts: 1,
  level: 0.9,
  seed: 7,
};

/** Two-sided exact limits that err in one case of a thousand. */
const limitsOf = ({ hits, trials }: CoverageRow) => binomialLimits(hits, trials, 0.999);

let backend: Backend;
beforeAll(async () => {
  backend = await openBackend("cpu", 2);
});
afterAll(() => backend.close());

describe("intervals of 90 % on 100 simulated ladders of 16 runs", () => {
  let rows: CoverageRow[];
  beforeAll(async () => {
    rows = (await runStudy(backend, study)).rows;
  });
  const rowsOf = (scheme: string, ...targets: string[]): CoverageRow[] =>
    rows.filter((row) => row.scheme === scheme && targets.includes(row.target));

  test("by run they cover 87 to 93 %, inside and at 2 times the compute: law, link and chain", () => {
    const checked = rowsOf("parametric", "inside", "2x");
    expect(checked).toHaveLength(6);
    for (const row of checked) {
      const { low, high } = limitsOf(row);
      expect(row.trials, JSON.stringify(row)).toBe(100);
      expect(low, JSON.stringify(row)).toBeLessThan(0.93);
      expect(high, JSON.stringify(row)).toBeGreaterThan(0.87);
    }
  });

  test("the control: by row they cover far less, where a run has many checkpoints", () => {
    const control = rowsOf("row", "inside", "2x", "10x").filter(({ quantity }) => quantity !== "feature");
    expect(control).toHaveLength(6);
    for (const row of control) expect(limitsOf(row).high, JSON.stringify(row)).toBeLessThan(0.87);
  });

  test("hits and misses add up, and truths miss by row on both sides", () => {
    for (const { trials, hits, missesLeft, missesRight, coverage } of rows) {
      expect(hits + missesLeft + missesRight).toBe(trials);
      expect(coverage).toBe(hits / trials);
    }
    const [link] = rowsOf("row", "inside").filter(({ quantity }) => quantity === "link");
    expect(Math.min(link!.missesLeft, link!.missesRight)).toBeGreaterThan(10);
  });
});

test("the same bits on one thread and on two, alone and beside other arms", async () => {
  const small = { ...study, replications: 4, resamples: 50 };
  const two = await runStudy(backend, small);
  const single = await openBackend("cpu", 1);
  try {
    expect(await runStudy(single, small)).toEqual(two);
    const alone = await runStudy(single, { ...small, arms: [armOf("row", "percentile")] });
    expect(alone.rows).toEqual(two.rows.filter(({ scheme }) => scheme === "row"));
  } finally {
    await single.close();
  }
});

test("tells how far it is", async () => {
  const seen: string[] = [];
  const tiny = {
    ...study,
    conditions: [...study.conditions, ...study.conditions],
    replications: 2,
    resamples: 20,
  };
  await runStudy(backend, tiny, (done, total) => seen.push(`${done}/${total}`));
  expect(seen).toEqual(["1/4", "2/4", "3/4", "4/4"]);
});

test("an interval that is none is refused", () => {
  expect(() => armOf("run", "percentil")).toThrow('no interval "percentil"');
  expect(() => armOf("runs", "percentile")).toThrow('no scheme of resampling "runs"');
});
