import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runSweep } from "../../src/run/run-sweep.ts";
import type { SweepSpec } from "../../src/spec/spec.ts";
import { checkpointTableToTable } from "../../src/tables/checkpoint-table.ts";
import { writeTable } from "../../src/tables/write.ts";
import { type Row, tableOfRows } from "../methods/tables.ts";
import { mixedRows, mixedRun } from "../papers/flp-m/made-up.ts";
import { messageOf, temporaryFolder } from "../tables/temporary.ts";
import { fakeSolver } from "./fake-solver.ts";
import { rowsOf } from "./published.ts";

const { folder } = temporaryFolder();

async function sweep(name: string, rows: readonly Row[], spec: SweepSpec) {
  const table = join(folder, `${name}.parquet`);
  await writeTable(table, checkpointTableToTable(tableOfRows(rows)));
  return runSweep({ table, starts: 8, backend: "cpu", ...spec });
}

const share = mixedRows();
const percent = share.map(({ metrics, ...row }) => ({
  ...row,
  metrics: {
    ...metrics,
    ...("accuracy" in metrics && { accuracy: 100 * metrics.accuracy!, chance: 100 * metrics.chance! }),
  },
}));
const flpM = { method: "flp-m", axes: { link: "linear" } } as const;

describe("scores in per cent", () => {
  test("converted, they give the predictions of shares", async () => {
    const [ofShares, converted] = await Promise.all([
      sweep("share", share, flpM),
      sweep("percent", percent, { ...flpM, scores: "percent" }),
    ]);
    const [expected] = rowsOf(ofShares.tables.predictions);
    const [found] = rowsOf(converted.tables.predictions);
    expect(found!.predicted).toBeCloseTo(Number(expected!.predicted), 10);
    expect(found!.actual).toBeCloseTo(Number(expected!.actual), 12);
    expect(converted.manifest.sweep.scores).toBe("percent");
  });

  test("undeclared, they are refused and the message says what to write", async () => {
    expect(await messageOf(sweep("undeclared", percent, flpM))).toMatch(
      /column "accuracy": \d+\.\d+; allowed: .*; per cent are converted by scores: percent in the sweep file$/,
    );
  });
});

describe("chance in the sweep", () => {
  const bare = share.map(({ metrics: { chance: _, ...metrics }, ...row }) => ({ ...row, metrics }));

  test("stands for a column that the table has not", async () => {
    const [inTable, inSweep] = await Promise.all([
      sweep("in-table", share, flpM),
      sweep("in-sweep", bare, { ...flpM, chance: { t: 0.25 } }),
    ]);
    const fits = rowsOf(inSweep.tables.fits);
    expect(fits).toEqual(rowsOf(inTable.tables.fits));
    expect(fits.find(({ stage }) => stage === "step2")!.left_out).toMatch(/^\d+ at chance$/);
  });

  test("is asked for where there is none, and the sweep ends", async () => {
    expect(await messageOf(sweep("no-chance", bare, flpM))).toMatch(
      /no cell can be predicted: t, step2: the chance level of t is not known; give it under chance in the sweep/,
    );
  });
});

test("left-out points, subjects of stages and targets without a mixture are in the tables", async () => {
  const rows = [
    ...share.map(({ mix, ...row }) => (row.run === "1000000000000000000-0" ? row : { ...row, mix: mix! })),
    ...mixedRun("unmixed", 1e21, 0.1, "target").map(({ mix: _, ...row }) => row),
  ];
  const { tables } = await sweep("left-out", rows, flpM);
  const unknown = "its mixture is not known (columns mix.<source>; of a target given by its size, mix)";
  expect(rowsOf(tables.fits).map(({ stage, subject, points }) => [stage, subject, points])).toEqual([
    ["step1", "programs", 8],
    ["step1", "web", 8],
    ["step2", null, expect.any(Number)],
  ]);
  expect(rowsOf(tables.fits)[0]!.left_out).toBe(`1 ${unknown}`);
  expect(rowsOf(tables.parameters).map(({ subject }) => subject)).toEqual([
    ...["programs", "programs", "programs", "programs"],
    ...["web", "web", "web", "web"],
    ...[null, null, null],
  ]);
  expect(rowsOf(tables.problems_skipped)).toMatchObject([
    { stage: "step1", subject: null, target: "unmixed", reason: `unmixed is not predicted: ${unknown}` },
  ]);
  expect(rowsOf(tables.predictions).map(({ target }) => target)).toEqual(["big"]);
});

test("a target given by its size has the mixture that the sweep gives, sources left out are 0", async () => {
  const { tables } = await sweep("sized", share, {
    ...flpM,
    targets: [
      { name: "pure", n: 7e10, d: 2e12, mix: { general: 1 } },
      { name: "mixed", n: 7e10, d: 2e12, mix: { general: 0.6, code: 0.4 } },
    ],
  });
  const [pure, mixed] = rowsOf(tables.predictions);
  expect([pure!.target, mixed!.target]).toEqual(["pure", "mixed"]);
  const again = await sweep("sized-0", share, {
    ...flpM,
    targets: [{ name: "pure", n: 7e10, d: 2e12, mix: { general: 1, code: 0 } }],
  });
  expect(rowsOf(again.tables.predictions)[0]!.predicted).toBe(pure!.predicted);
  expect(mixed!.predicted).not.toBe(pure!.predicted);
});

test.each([
  [{ general: 0.7, cod: 0.3 }, 'unknown source "cod"; allowed: general, code; did you mean "code"?'],
  [
    { general: 0.7, code: 0.2 },
    "the shares of general, code sum to 0.9; allowed: shares that sum to 1, within 0.005",
  ],
])("a target's mix %j is refused", async (mix, message) => {
  const targets = [{ name: "70B", n: 7e10, d: 2e12, mix }];
  expect(await messageOf(sweep("bad-mix", share, { ...flpM, targets }))).toBe(
    `UserError: sweep: targets: mix of "70B": ${message}`,
  );
});

test("key mixtures is refused for a method that takes none", async () => {
  const table = join(folder, "share.parquet");
  const spec = { method: "ladder", table, mixtures: {} };
  expect(await messageOf(runSweep(spec, { solver: fakeSolver().solver }))).toBe(
    "UserError: sweep: mixtures: method ladder takes no mixtures; allowed with flp-m",
  );
});
