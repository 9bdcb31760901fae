import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { reportPage } from "../../src/report/page/page.ts";
import { type ReportJob, readJob } from "../../src/report/read-job.ts";
import { summarise } from "../../src/report/summary.ts";
import { readManifest } from "../../src/run/job-directory.ts";
import { smallLadder } from "../methods/tables.ts";
import { messageOf, temporaryFolder } from "../tables/temporary.ts";
import { drawAll } from "./figures.ts";
import { writeRun } from "./runs.ts";

const { folder } = temporaryFolder();
let whole = "";

beforeAll(async () => {
  whole = await writeRun(
    folder,
    "whole",
    { method: "ladder", axes: { link: ["sigmoid", "linear"] } },
    smallLadder(),
  );
});

function copyOf(name: string): string {
  const copy = join(folder, name);
  cpSync(whole, copy, { recursive: true });
  return copy;
}

const pageOf = (run: ReportJob): string => reportPage(run, drawAll(run));

test("a run directory is read whole, with the headline configuration", async () => {
  const run = await readJob(whole);
  expect(run.missing.size).toBe(0);
  expect(run.headline.map(({ task, link }) => [task, link])).toEqual([["t", "sigmoid"]]);
  expect(run.form("chinchilla")!.variableNames).toEqual(["N", "D"]);
  expect(run.form("gone")).toBeUndefined();
});

test("forms of the sweep's own are known", async () => {
  const own = copyOf("own-form");
  const manifest = await readManifest(own);
  const parameter = { start: [0, 1] };
  const forms = {
    "my-link": { expression: "acc = p*x", variables: { x: "loss" }, parameters: { p: parameter } },
  };
  writeFileSync(
    join(own, "manifest.json"),
    JSON.stringify({ ...manifest, sweep: { ...manifest.sweep, forms } }),
  );
  expect((await readJob(own)).form("my-link")!.value([2], [3])).toBe(6);
});

test("a folder that is no run directory is the user's mistake", async () => {
  expect(await messageOf(readJob(folder))).toMatch(/UserError: .*not a run directory/);
});

test("tables that are missing or broken are named, and what needs them is left out", async () => {
  const half = copyOf("half");
  rmSync(join(half, "points.parquet"));
  rmSync(join(half, "runs.parquet"));
  writeFileSync(join(half, "choices.parquet"), "PAR1 no more than this");
  const run = await readJob(half);
  expect([...run.missing.keys()].toSorted()).toEqual(["choices", "points", "runs"]);
  const [caution] = summarise(run).cautions.filter((line) =>
    line.startsWith("The run directory is incomplete"),
  );
  expect(caution).toMatch(/runs \(the file is missing\); points \(.*; choices \(.*not a Parquet file/);
  const page = pageOf(run);
  expect(page).toContain(
    "Step 1 against model size: no headline fit is in parameters and tokens (missing: runs, points, choices)",
  );
  expect(page).toContain('id="answer"');
});

test.each(["predictions", "cells", "fits", "parameters"])(
  "without table %s there is still a page that says so",
  async (name) => {
    const half = copyOf(`without-${name}`);
    rmSync(join(half, `${name}.parquet`));
    const page = pageOf(await readJob(half));
    expect(page).toContain(`${name} (the file is missing)`);
  },
);

test("a run with one task, and targets that were not measured, says so", async () => {
  const targets = [{ name: "70B", n: 7e10, d: 1e13 }];
  const run = await readJob(await writeRun(folder, "sizes", { method: "ladder", targets }, smallLadder()));
  const { lines, cautions, rows } = summarise(run);
  expect(lines[0]).toContain("none has a measured value");
  expect(cautions).toContain("The run has one task in its headline configuration.");
  expect(rows).toMatchObject([{ target: "70B", actual: "", error: "", mark: "" }]);
  expect(pageOf(run)).toContain("The whole matrix: no prediction has a measured value beside it");
});

test("a run with nothing but skipped fits gives their reasons", async () => {
  const skipped = copyOf("skipped");
  const manifest = await readManifest(skipped);
  const results = { ...manifest.results, problems_skipped: 1 };
  writeFileSync(join(skipped, "manifest.json"), JSON.stringify({ ...manifest, results }));
  for (const name of ["predictions", "fits", "parameters", "points", "problems_skipped"])
    rmSync(join(skipped, `${name}.parquet`));
  const run = await readJob(skipped);
  const reason = "no fit run has loss of t";
  const table = { rows: 1, columns: [{ name: "reason", type: "string" as const, values: [reason] }] };
  const page = pageOf({ ...run, tables: { ...run.tables, problems_skipped: table }, missing: new Map() });
  expect(page).toContain("The headline configuration predicts nothing");
  expect(page).toContain(reason);
  expect(page).not.toContain('id="answer"');
});
