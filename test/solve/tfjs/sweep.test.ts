import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runSweep } from "../../../src/run/run-sweep.ts";
import { packageFolder } from "../../../src/solve/paths.ts";
import type { SweepSpec } from "../../../src/spec/spec.ts";
import { cxx } from "../../kernels/toolchains.ts";
import { olmoLadderFolder, type Row, rowsOf, writeOlmoLadder } from "../../run/published.ts";
import { temporaryFolder } from "../../tables/temporary.ts";
import { wholeCrosses } from "../../whole-crosses.ts";

const { folder } = temporaryFolder();

/** What two searches for the same minimum need not have in common: how they went, and how small they left the gradient. */
const ways = ["iterations", "total_iterations", "start_agreement", "gradient_norm", "termination"];

/** Every number within 1e-6, relative to itself or, of differences, to 1; all else equal. */
function expectSame(ours: readonly Row[], theirs: readonly Row[], table: string): void {
  expect(ours).toHaveLength(theirs.length);
  theirs.forEach((row, i) => {
    for (const [name, theirValue] of Object.entries(row)) {
      if (ways.includes(name)) continue;
      const ourValue = ours[i]![name];
      const place = `${table} ${i} ${name}: ${ourValue}, ${theirValue}`;
      if (!Number.isFinite(theirValue)) expect(ourValue, place).toBe(theirValue);
      else {
        const scale = name.includes("error") ? 1 : Math.max(Math.abs(Number(theirValue)), 1e-9);
        expect(Math.abs(Number(ourValue) - Number(theirValue)), place).toBeLessThan(1e-6 * scale);
      }
    }
  });
}

/** Runs a sweep on both backends and compares its tables. */
async function expectSameTables(spec: SweepSpec): Promise<void> {
  const [ours, theirs] = await Promise.all(
    (["tfjs", "cpu"] as const).map((backend) => runSweep({ ...spec, backend, profiles: false }, {})),
  );
  for (const name of ["predictions", "fits", "parameters"] as const) {
    const rows = rowsOf(theirs!.tables[name]!);
    expect(rows.length).toBeGreaterThan(0);
    expectSame(rowsOf(ours!.tables[name]!), rows, name);
  }
}

const sample = join(packageFolder, "data-samples", "ladder", "checkpoints.parquet");

test("preset ladder on the sample: the same tables as on the processor", async () => {
  await expectSameTables({ preset: "ladder", table: sample, tasks: ["task1"], starts: 16 });
});

test.skipIf(cxx === undefined)(
  "a form of a user's own: the same tables as on the processor (skipped without a C++ compiler)",
  async () => {
    await expectSameTables({
      method: "ladder",
      table: sample,
      tasks: ["task3"],
      starts: 16,
      axes: { link: ["my-link"] },
      forms: {
        "my-link": {
          expression: "acc = top - (top - floor)/(1 + exp(-k*(x - mid)))",
          variables: { x: "loss" },
          parameters: {
            top: { lower: 0, upper: 1, start: [0.5, 1] },
            floor: { lower: 0, upper: 1, start: [0, 0.5] },
            k: { lower: 0, start: [0, 10] },
            mid: { lower: 0, start: [0, 2] },
          },
        },
      },
    });
  },
);

const hasRuns = wholeCrosses && existsSync(olmoLadderFolder);
describe.skipIf(!hasRuns)("on the OLMo runs (only in test:all, where ../shared is)", () => {
  test("preset ladder: the same tables as on the processor", async () => {
    const table = join(folder, "ladder.parquet");
    await writeOlmoLadder(table);
    await expectSameTables({
      preset: "ladder",
      table,
      tasks: ["hellaswag_val", "mmlu_avg_test", "openbookqa_test"],
      starts: 32,
    });
  });
});
