import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { queryJob } from "../../src/run/job-directory.ts";
import { runSweep } from "../../src/run/run-sweep.ts";
import { checkpointTableToTable } from "../../src/tables/checkpoint-table.ts";
import { cell, type Table } from "../../src/tables/table.ts";
import { writeTable } from "../../src/tables/write.ts";
import { type Row, smallLadder, tableOfRows, trueAccuracy, trueLoss } from "../methods/tables.ts";
import { messageOf, temporaryFolder } from "../tables/temporary.ts";
import { fakeSolver } from "./fake-solver.ts";

const { folder } = temporaryFolder();
const path = (name: string) => join(folder, name);

async function writeRows(name: string, rows: readonly Row[]): Promise<string> {
  await writeTable(path(name), checkpointTableToTable(tableOfRows(rows)));
  return path(name);
}

function rowsOf(table: Table): Record<string, unknown>[] {
  return Array.from({ length: table.rows }, (_, row) =>
    Object.fromEntries(table.columns.map((column) => [column.name, cell(column, row)])),
  );
}

const table = await writeRows("small.parquet", smallLadder());
const loss = trueLoss(7e9, 4e12);

test("a sweep writes its tables, and they are what it gives", async () => {
  const { solver, calls } = fakeSolver();
  const out = path("deep/run");
  const axes = { link: ["sigmoid", "linear"] };
  const { manifest, tables } = await runSweep({ method: "ladder", table, axes }, { out, solver });
  expect(readdirSync(out).sort()).toEqual([
    "axis_importance.parquet",
    "cells.parquet",
    "choices.parquet",
    "compute_optimal.parquet",
    "configurations.parquet",
    "curve_means.parquet",
    "curves.parquet",
    "fits.parquet",
    "identifiability.parquet",
    "manifest.json",
    "parameters.parquet",
    "points.parquet",
    "predictions.parquet",
    "problems_skipped.parquet",
    "runs.parquet",
    "variance.parquet",
    "variance_correlation.parquet",
  ]);
  expect(readdirSync(path("deep"))).toEqual(["run"]);
  expect(calls.map((problems) => problems.length)).toEqual([3]);
  expect(manifest.counts).toEqual({
    cells: 2,
    tasks: 1,
    targets: 1,
    regressions: 4,
    problems: 3,
    problems_solved: 3,
    kernels: 4,
    kernels_compiled: 1,
    stages_skipped: 0,
    predictions: 2,
  });
  for (const [name, given] of Object.entries(tables)) {
    expect(rowsOf(await queryJob(out, name))).toEqual(rowsOf(given));
  }
});

test("predictions have errors against the actual values, step by step", async () => {
  const { tables } = await runSweep({ method: "ladder", table }, { solver: fakeSolver().solver });
  const [row] = rowsOf(tables.predictions);
  expect(Object.keys(row!)).toEqual([
    ...["cell", "method", "task", "target", "input", "flops", "runs", "feature", "format", "link"],
    ...["final_window", "drop_early", "smoothing_window", "smoothing_order", "anchor", "bounds1", "bounds2"],
    ...["loss1", "delta1", "loss2", "delta2", "predicts", "predicted", "determined"],
    ...["determined_reason", "actual", "error"],
    ...["abs_error", "rel_error", "feature_predicted", "feature_actual", "feature_rel_error"],
    ...["link_predicted", "link_rel_error"],
  ]);
  expect(row).toMatchObject({
    cell: 0,
    method: "ladder",
    task: "t",
    target: "big",
    final_window: 5,
    anchor: true,
  });
  expect(row!.predicted).toBeCloseTo(trueAccuracy(loss), 12);
  expect(row!.feature_actual).toBeCloseTo(loss, 12);
});

test("errors are signed, relative ones by the actual value", async () => {
  const rows = smallLadder().map((row) =>
    row.role === "target" ? { ...row, metrics: { loss: 2 * loss, accuracy: 0.5 } } : row,
  );
  const off = await writeRows("off.parquet", rows);
  const { tables } = await runSweep({ method: "ladder", table: off }, { solver: fakeSolver().solver });
  const [row] = rowsOf(tables.predictions);
  const predicted = trueAccuracy(loss);
  expect(row!.error).toBeCloseTo(predicted - 0.5, 12);
  expect(row!.abs_error).toBeCloseTo(Math.abs(predicted - 0.5), 12);
  expect(row!.rel_error).toBeCloseTo((predicted - 0.5) / 0.5, 12);
  expect(row!.feature_rel_error).toBeCloseTo(-0.5, 12);
  expect(row!.link_rel_error).toBeCloseTo((trueAccuracy(2 * loss) - 0.5) / 0.5, 12);
});

test("fits and parameters say what the solution is worth", async () => {
  const { tables } = await runSweep(
    { method: "ladder", table, axes: { link: "linear" } },
    { solver: fakeSolver().solver },
  );
  const [law, link] = rowsOf(tables.fits);
  expect(law).toMatchObject({
    stage: "step1",
    task: "t",
    form: "chinchilla",
    points: 9,
    start_agreement: 0.75,
  });
  expect(link).toMatchObject({
    stage: "step2",
    form: "linear",
    flat_direction: "w0, w1",
    active_bounds: null,
  });
  const parameters = rowsOf(tables.parameters);
  expect(parameters.slice(0, 5).map(({ parameter, value }) => [parameter, value])).toEqual([
    ["a", 3],
    ["b", 4],
    ["alpha", 0.2],
    ["beta", 0.22],
    ["E", 0.4],
  ]);
  expect(parameters[0]).toMatchObject({ lower: -Infinity, upper: Number.POSITIVE_INFINITY, at_bound: null });
});

test("a target given by its size has a prediction and no actual value", async () => {
  const targets = [{ name: "70B", n: 7e10, d: 2e12 }];
  const { tables } = await runSweep({ method: "ladder", table, targets }, { solver: fakeSolver().solver });
  const [row] = rowsOf(tables.predictions);
  expect(row!.predicted).toBeCloseTo(trueAccuracy(trueLoss(7e10, 2e12)), 12);
  expect(row).toMatchObject({
    target: "70B",
    actual: null,
    error: null,
    rel_error: null,
    link_predicted: null,
  });
});

test("what cannot be solved is a row with its reason, and the rest goes on", async () => {
  const { tables, manifest } = await runSweep(
    { method: "ladder", table, axes: { link: ["log-sigmoid", "sigmoid"] } },
    { solver: fakeSolver().solver },
  );
  expect(rowsOf(tables.problems_skipped)).toMatchObject([
    { cell: 0, task: "t", stage: "step2", reason: "no answer for log-sigmoid" },
  ]);
  expect(rowsOf(tables.predictions).map(({ link }) => link)).toEqual(["sigmoid"]);
  expect(manifest.counts).toMatchObject({ problems: 3, problems_solved: 2, stages_skipped: 1 });
});

test("where no cell can be predicted nothing is solved or written", async () => {
  const { solver, calls } = fakeSolver();
  const few = await writeRows(
    "few.parquet",
    smallLadder().filter(({ n, role }) => n === 2e8 || role === "target"),
  );
  const out = path("few");
  expect(await messageOf(runSweep({ method: "ladder", table: few }, { out, solver }))).toBe(
    "UserError: sweep: no cell can be predicted: t, step1: 3 points for 5 free parameters of form chinchilla",
  );
  expect(calls).toEqual([]);
  expect(readdirSync(folder)).not.toContain("few");
});

test("the manifest tells the tables, the sweep file, and a sweep that gives the same again", async () => {
  const sweepFile = { path: "my.yaml", text: "method: ladder\n" };
  const out = path("manifest");
  const { manifest } = await runSweep(
    { method: "ladder", table, seed: 7 },
    { out, sweepFile, solver: fakeSolver().solver },
  );
  expect(JSON.parse(readFileSync(join(out, "manifest.json"), "utf8"))).toEqual(manifest);
  const sha256 = createHash("sha256").update(readFileSync(table)).digest("hex");
  expect(manifest).toMatchObject({
    program: "lawfit",
    seed: 7,
    sweep_file: sweepFile,
    backend: "made up",
    warnings: [
      expect.stringMatching(/^final_window 5: /),
      "half of it is guessed",
      // The solver's answers are no optimum of smoothed points.
      expect.stringMatching(/^fits: residuals follow a pattern/),
    ],
    tables: [{ path: table, sha256 }],
  });
  const again = await runSweep({ ...manifest.sweep }, { solver: fakeSolver().solver });
  expect(again.manifest.sweep).toEqual(manifest.sweep);
});

test("an earlier run is replaced, what else lies there stays", async () => {
  const out = path("twice");
  const { solver } = fakeSolver();
  await runSweep({ method: "ladder", table, axes: { link: ["sigmoid", "linear"] } }, { out, solver });
  writeFileSync(join(out, "notes.txt"), "mine");
  await runSweep({ method: "ladder", table }, { out, solver });
  expect((await queryJob(out, "predictions")).rows).toBe(1);
  expect(readFileSync(join(out, "notes.txt"), "utf8")).toBe("mine");
});

test("a folder that is not ours is refused and left alone", async () => {
  const out = path("theirs");
  mkdirSync(out);
  writeFileSync(join(out, "thesis.tex"), "x");
  const message = await messageOf(
    runSweep({ method: "ladder", table }, { out, solver: fakeSolver().solver }),
  );
  expect(message).toContain(`UserError: ${out}: the folder is not empty and not a run directory of lawfit`);
  expect(readdirSync(out)).toEqual(["thesis.tex"]);
});

test("an empty folder is taken", async () => {
  const out = path("empty");
  mkdirSync(out);
  await runSweep({ method: "ladder", table }, { out, solver: fakeSolver().solver });
  expect((await queryJob(out, "fits")).rows).toBe(2);
});

test("an error while writing leaves nothing behind", async () => {
  const file = path("a-file");
  writeFileSync(file, "");
  const out = join(file, "run");
  const message = await messageOf(
    runSweep({ method: "ladder", table }, { out, solver: fakeSolver().solver }),
  );
  expect(message).toContain("UserError");
  expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});
