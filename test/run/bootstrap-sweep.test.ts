import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { BootstrapSpec } from "../../src/bootstrap/spec.ts";
import { queryJob } from "../../src/run/job-directory.ts";
import { type RunSweepOptions, runSweep } from "../../src/run/run-sweep.ts";
import type { AxesInput } from "../../src/spec/spec.ts";
import { checkpointTableToTable } from "../../src/tables/checkpoint-table.ts";
import { cell, type Table } from "../../src/tables/table.ts";
import { writeTable } from "../../src/tables/write.ts";
import { noisyLadder } from "../bootstrap/noisy-ladder.ts";
import { type Row, tableOfRows } from "../methods/tables.ts";
import { messageOf, temporaryFolder } from "../tables/temporary.ts";

const { folder } = temporaryFolder();
let tables = 0;

/** Runs a sweep of method ladder with a bootstrap over rows made by hand. */
async function bootstrap(
  spec: BootstrapSpec,
  rows: readonly Row[] = noisyLadder(),
  options: RunSweepOptions & { axes?: AxesInput } = {},
) {
  const table = join(folder, `${tables++}.parquet`);
  await writeTable(table, checkpointTableToTable(tableOfRows(rows)));
  const warnings: string[] = [];
  const { axes, ...rest } = options;
  const result = await runSweep(
    {
      method: "ladder",
      table,
      starts: 16,
      bootstrap: { resamples: 40, intervals: "percentile", ...spec },
      axes,
      backend: "cpu",
    },
    { onWarning: (line) => warnings.push(line), ...rest },
  );
  return { ...result, intervals: result.tables.intervals!, stages: result.tables.bootstrap!, warnings };
}

/** The rows of a table as objects. */
function rowsOf(table: Table): Record<string, unknown>[] {
  return Array.from({ length: table.rows }, (_, row) =>
    Object.fromEntries(table.columns.map((column) => [column.name, cell(column, row)])),
  );
}

const values = (table: Table, name: string): unknown[] => rowsOf(table).map((row) => row[name]);

test("every quantity, kind and level has an interval about its estimate", async () => {
  const { intervals, stages, manifest } = await bootstrap({
    levels: [0.5, 0.9],
    intervals: ["percentile", "basic", "bca", "studentised", "delta", "paper-delta"],
    resamples: 100,
  });
  const rows = rowsOf(intervals);
  expect(rows).toHaveLength(3 * 6 * 2);
  for (const { quantity, interval, level, lower, upper, estimate, status } of rows) {
    const row = `${quantity} ${interval} ${level}`;
    expect(["ok", "few-draws"], row).toContain(status);
    expect(Number(lower), row).toBeLessThan(Number(upper));
    // Half of the time a 50 % interval may lie beside it.
    if (level === 0.9)
      expect(Number(lower) < Number(estimate) && Number(estimate) < Number(upper), row).toBe(true);
  }
  const width = (level: number) =>
    rows.filter((row) => row.level === level).map(({ lower, upper }) => Number(upper) - Number(lower));
  width(0.5).forEach((narrow, i) => {
    expect(narrow).toBeLessThan(width(0.9)[i]!);
  });
  expect(rowsOf(stages)).toMatchObject([
    { stage: "step1", drawn_runs: 16, points: 16, fixed_points: 0, resamples: 100, skipped: null },
    { stage: "step2", drawn_runs: 16, fixed_points: 1, resamples: 100, skipped: null },
  ]);
  expect(manifest.results).toMatchObject({ intervals: 36, bootstrap: 2 });
});

test("the actual value is in the interval or not, or not known", async () => {
  const unmeasured = noisyLadder().map((row) =>
    row.role === "target" ? { ...row, metrics: { loss: 9 } } : row,
  );
  const { intervals } = await bootstrap({ levels: 0.999 }, unmeasured);
  expect(rowsOf(intervals).map(({ quantity, covers_actual }) => [quantity, covers_actual])).toEqual([
    ["predicted", null],
    ["feature", false],
    ["link", null],
  ]);
});

describe("table draws", () => {
  test("has a row for each cell, target and replicate, the same as the intervals are of", async () => {
    const out = join(folder, "draws");
    const axes = { link: ["sigmoid", "linear"] };
    const { manifest } = await bootstrap({ draws: true, levels: 0.5 }, undefined, { out, axes });
    const draws = rowsOf(await queryJob(out, "draws"));
    expect(manifest.results.draws).toBe(80);
    expect(draws.map(({ replicate }) => replicate)).toEqual(
      Array.from({ length: 80 }, (_, i) => (i % 40) + 1),
    );
    expect(new Set(draws.map(({ cell: id }) => id))).toEqual(new Set([0, 1]));
    const sorted = draws
      .slice(0, 40)
      .map(({ predicted }) => Number(predicted))
      .sort((a, b) => a - b);
    const [first] = rowsOf(
      await queryJob(out, "intervals", { where: "quantity = 'predicted' AND cell = 0" }),
    );
    // Level 0.25 of 40 draws lies between the tenth and the eleventh (type 7).
    expect(Number(first!.lower)).toBeCloseTo(sorted[9]! + 0.75 * (sorted[10]! - sorted[9]!), 12);
    // The law is the same in both cells, and so is the draw.
    expect(draws.slice(40).map(({ feature_predicted }) => feature_predicted)).toEqual(
      draws.slice(0, 40).map(({ feature_predicted }) => feature_predicted),
    );
  });

  test("goes when the next run has none, and when a run fails, which keeps the work that it finished alone", async () => {
    const out = join(folder, "again");
    const few = { resamples: 5 };
    await bootstrap({ ...few, draws: true }, undefined, { out });
    expect(readdirSync(out)).toContain("draws.parquet");
    await bootstrap(few, undefined, { out });
    expect(readdirSync(out)).not.toContain("draws.parquet");
    const fails = { out: join(folder, "new", "failed"), onDraws: () => Promise.reject(new Error("full")) };
    expect(await messageOf(bootstrap({ ...few, draws: true }, undefined, fails))).toBe("Error: full");
    expect(readdirSync(join(folder, "new"))).toEqual(["failed"]);
    expect(readdirSync(fails.out).sort()).toEqual(["progress.json", "run.json", "shards"]);
  });
});

describe("what cannot be resampled has its reason, and the other cells go on", () => {
  /** A second task, whose rows are made of those of the first. */
  const beside = (make: (row: Row) => Row[]): Row[] => [
    ...noisyLadder(),
    ...noisyLadder()
      .flatMap(make)
      .map((row) => ({ ...row, subject: "u" })),
  ];
  /** Of a run of the smallest size: itself and another one of that size. */
  const ofOneSize = (row: Row): Row[] => {
    if (row.role === "target") return [row];
    return row.n === 2e8 ? [row, { ...row, run: `${row.run}-again`, d: 1.5 * row.d }] : [];
  };

  test.each<[string, BootstrapSpec, (row: Row) => Row[], AxesInput, string]>([
    [
      "too few runs",
      {},
      (row) => (row.role === "target" || (row.n === 4e8 && !row.run.endsWith("8000000000")) ? [row] : []),
      { input: "c" },
      "3 runs to draw from; scheme run needs at least 4",
    ],
    [
      "a constant input",
      {},
      ofOneSize,
      {},
      "N is 200000000 at all 8 points: the fit does not tell what it does",
    ],
    [
      "a constant response",
      {},
      (row) => [{ ...row, metrics: { loss: 2, accuracy: row.metrics.accuracy! } }],
      {},
      "the response is 2 at all 16 points: there is nothing to resample",
    ],
  ])("%s", async (_, spec, make, axes, reason) => {
    const { intervals, stages, warnings } = await bootstrap(spec, beside(make), { axes });
    const skipped = rowsOf(stages).filter(({ task, stage }) => task === "u" && stage === "step1");
    expect(skipped.map((row) => row.skipped)).toEqual([reason]);
    expect(skipped.map((row) => row.resamples)).toEqual([0]);
    expect(warnings.join("\n")).toContain(reason);
    const status = (task: string) =>
      new Set(rowsOf(intervals).flatMap((row) => (row.task === task ? [row.status] : [])));
    expect(status("u")).toEqual(new Set(["not-resampled"]));
    expect(status("t")).toEqual(new Set(["ok"]));
    expect(values(intervals, "reason").find((one) => String(one).includes(reason))).toBeDefined();
  });

  /** Status, reason and stages of the cells of a predicate of axis `runs`, beside one on all runs. */
  async function onRuns(spec: BootstrapSpec, runs: string) {
    const { intervals, stages, warnings } = await bootstrap(spec, undefined, {
      axes: { input: "c", runs: ["all", runs] },
    });
    const of = (predicate: string) => rowsOf(intervals).filter((row) => row.runs === predicate);
    expect(new Set(of("all").map(({ status }) => status))).toEqual(new Set(["ok"]));
    return { rows: of(runs), stages: rowsOf(stages), warnings: warnings.join("\n") };
  }

  test("one run of each size, with strata by size", async () => {
    const { rows, stages, warnings } = await onRuns({ scheme: "run-by-size" }, "xc <= 1");
    const reason =
      "each of the 4 model sizes has one run: within a size there is nothing to draw; take scheme run or wild";
    expect(rows[0]).toMatchObject({
      status: "not-resampled",
      reason: `step1: ${reason}; step2: ${reason}`,
      lower: null,
    });
    expect(stages.map(({ skipped }) => skipped)).toEqual([null, null, reason, reason]);
    expect(warnings).toContain(reason);
  });

  test("one run of some sizes, with strata by size", async () => {
    const { rows, stages } = await onRuns({ scheme: "run-by-size" }, "xc <= 1 OR n > 1e9");
    expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(["ok"]));
    expect(stages.at(-1)!.caution).toBe(
      "3 of 4 model sizes have one run, which every resample holds: intervals leave its noise out",
    );
  });

  test("all replicates degenerate", async () => {
    // Five runs for five parameters: only a resample that holds each run once will do, one in 26.
    const axes = { runs: ["all", "flops_rank <= 5"] };
    const { intervals, stages, warnings } = await bootstrap({ resamples: 5 }, undefined, { axes });
    const rows = rowsOf(intervals).filter(({ runs }) => runs !== "all");
    const reason = "all 5 replicates are degenerate; table bootstrap has the reasons";
    expect(rows.map((row) => [row.status, row.reason, row.lower])).toEqual([
      ["all-degenerate", reason, null],
      ["all-degenerate", reason, null],
      ["all-degenerate", reason, null],
    ]);
    const law = rowsOf(stages).find((row) => row.stage === "step1" && row.drawn_runs === 5);
    expect(law).toMatchObject({ resamples: 5, degenerate: 5, reasons: "few-points 5" });
    expect(warnings.join("\n")).toContain(
      "step1 of t: all replicates are degenerate: there are no intervals",
    );
  });
});

test("runs no longer than a block are drawn whole, with a caution", async () => {
  const short = noisyLadder().filter(({ run, n, d }) => run !== "200000000-4000000000" || d > 14 * n!);
  const { stages, intervals, warnings } = await bootstrap({ scheme: "block" }, short);
  const caution =
    "1 run has no more checkpoints than a block (5): they are drawn whole, nothing varies within them";
  expect(rowsOf(stages).map((row) => row.caution)).toEqual([null, caution]);
  expect(warnings).toEqual([
    expect.stringMatching(/^final_window 5: /),
    `bootstrap: step2 of t: ${caution}`,
    expect.stringMatching(/^bootstrap: over 10 times the compute of the largest run: big \(83 times\)/),
  ]);
  expect(values(intervals, "status")).toEqual(["ok", "ok", "ok"]);
});

test("intervals by row say so", async () => {
  const { intervals, warnings } = await bootstrap({ scheme: "row" });
  expect(new Set(values(intervals, "scheme"))).toEqual(new Set(["row"]));
  expect(warnings.join("\n")).toContain("intervals of this step by row are 4 to 14 times too narrow");
});
