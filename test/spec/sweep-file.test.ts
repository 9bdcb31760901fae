import { join } from "node:path";
import { expect, test } from "vitest";
import { specKeys } from "../../src/spec/spec.ts";
import { readSweepFile } from "../../src/spec/sweep-file.ts";
import { messageOf, temporaryFolder } from "../tables/temporary.ts";

const { folder, file } = temporaryFolder();

test("paths of tables are relative to the file", async () => {
  const path = file("a.yaml", "table: [data/a.parquet, /abs/b.csv]\nmethod: ladder\nseed: 3\n");
  const { spec, text } = await readSweepFile(path);
  expect(spec.table).toEqual([join(folder, "data/a.parquet"), "/abs/b.csv"]);
  expect(spec.seed).toBe(3);
  expect(text).toContain("seed: 3");
});

test.each([
  ["a: b: c", "not valid YAML: "],
  ["[1]", "[1] is not a sweep; allowed: a mapping of keys (table, "],
  ["tables: x", `unknown key "tables"; allowed: ${Object.keys(specKeys).join(", ")}; did you mean "table"?`],
  ["starts: 0", "starts: 0; allowed: auto, or a whole number from 1 to 1000000"],
  ["starts: many", 'starts: "many"; allowed: auto, or a whole number'],
  ["seed: -1", "seed: -1; allowed: a whole number from 0 to 4294967295"],
  ["backend: gpu", 'backend: "gpu"; allowed: auto, cuda, cpu, native, portable'],
  ["targets: [{name: a, n: -1, d: 2}]", "targets.0.n: -1; allowed: a list of names of targets, or of sizes"],
  [
    "targets: [{name: a, n: 1}]",
    'targets.0: {"name":"a","n":1}; allowed: a list of names of targets, or of sizes',
  ],
  ["backtest: {by: d}", 'backtest.by: "d"; allowed: n, c'],
  ["backtest: {least: 3}", 'backtest: unknown key "least"; allowed: by, least_runs, levels'],
  ["backtest: 3", "backtest: 3; allowed: a mapping of keys (by, least_runs, levels); {} for the defaults"],
  ["axes: 3", "axes: 3; allowed: a mapping of axis names"],
])("%s is refused in one line that names the file", async (content, message) => {
  const path = file("bad.yaml", content);
  const found = await messageOf(readSweepFile(path));
  expect(found).toContain(`UserError: ${path}: ${message}`);
  expect(found).not.toContain("\n");
});

test("a long value is shown by its beginning", async () => {
  const path = file("long.yaml", `tasks: {a: ${"x".repeat(30_000)}}`);
  const found = await messageOf(readSweepFile(path));
  expect(found).toContain('tasks: {"a":"xxx');
  expect(found).toContain("xxx...; allowed: ");
  expect(found.length).toBeLessThan(1000);
});

test("a missing file is said to be missing", async () => {
  expect(await messageOf(readSweepFile(join(folder, "none.yaml")))).toBe(
    `UserError: ${join(folder, "none.yaml")}: no such file`,
  );
});

test("a mapping of axes can take over another", async () => {
  const path = file(
    "merge.yaml",
    "axes:\n  - &base {anchor: false, link: linear}\n  - {<<: *base, link: sigmoid}\n",
  );
  const { spec } = await readSweepFile(path);
  expect(spec.axes).toEqual([
    { anchor: false, link: "linear" },
    { anchor: false, link: "sigmoid" },
  ]);
});
