import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { checkpointTableToTable } from "../../src/tables/checkpoint-table.ts";
import { writeTable } from "../../src/tables/write.ts";
import { smallLadder, tableOfRows } from "../methods/tables.ts";
import { temporaryFolder } from "../tables/temporary.ts";
import { lawfit } from "./command-line.ts";

const { folder } = temporaryFolder();
const path = (name: string) => join(folder, name);
const table = path("small.parquet");
const whole = path("whole");
const shard = path("part/shard-1-of-1");
/** The run directory that a stranger sent, made anew for each test, and what lies beside it. */
const run = path("sent");
const victim = path("victim.parquet");

const sweep = (...words: string[]) =>
  lawfit("sweep", "ladder", "--table", table, "--starts", "4", "--backend", "cpu", "--quiet", ...words);

beforeAll(async () => {
  await writeTable(table, checkpointTableToTable(tableOfRows(smallLadder())));
  expect((await sweep("--out", whole)).code).toBe(0);
  expect((await sweep("--out", path("part"), "--shard", "1/1")).code).toBe(0);
});

beforeEach(() => {
  for (const name of ["sent", "elsewhere"]) rmSync(path(name), { recursive: true, force: true });
  cpSync(whole, run, { recursive: true });
  mkdirSync(path("elsewhere"));
  for (const name of ["a.shard", "b.tmp", ".0123456789ab.tmp", "cells.parquet"])
    writeFileSync(path(`elsewhere/${name}`), "mine");
  writeFileSync(victim, "mine");
});

/** The files beside the run are as they were. */
function expectUntouched(): void {
  expect(readFileSync(victim, "utf8")).toBe("mine");
  expect(readdirSync(path("elsewhere")).sort()).toEqual([
    ".0123456789ab.tmp",
    "a.shard",
    "b.tmp",
    "cells.parquet",
  ]);
  for (const name of readdirSync(path("elsewhere")))
    expect(readFileSync(path(`elsewhere/${name}`), "utf8")).toBe("mine");
}

async function expectRefused(words: readonly string[], said: string): Promise<void> {
  const { code, stdout, stderr } = await (words[0] === "sweep" ? sweep(...words.slice(1)) : lawfit(...words));
  expect(stderr).toMatch(/^lawfit: [^\n]*\n$/);
  expect(stderr).toContain(said);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expectUntouched();
}

/** Changes a JSON file of the run. */
function change(file: string, by: (content: Record<string, never>) => object): void {
  writeFileSync(join(run, file), JSON.stringify(by(JSON.parse(readFileSync(join(run, file), "utf8")))));
}

const readers = (): string[][] => [
  ["show", run, "predictions"],
  ["report", run, "--out", path("report.html"), "--format", "html"],
  ["compare", run, whole],
  ["compare", whole, run],
];

describe("a manifest that is not lawfit's is refused by all that read it, with file, key and value", () => {
  const results = (name: string) => (content: object) => ({ ...content, results: { [name]: 1 } });
  test.each<[string, (content: Record<string, never>) => object, string]>([
    [
      "a table above",
      results("../victim"),
      'results: {"../victim":1}: the table "../victim": allowed: names of',
    ],
    ["a table somewhere", results("/etc/passwd"), 'results: {"/etc/passwd":1}: the table "/etc/passwd": '],
    ["a table with NUL", results("a\0b"), 'results: {"a\\u0000b":1}: the table "a\\u0000b": '],
    ["rows that are text", (content) => ({ ...content, results: { cells: "1" } }), 'results.cells: "1": '],
    ["no results", (content) => ({ ...content, results: undefined }), "results: nothing: "],
    ["a sweep that is text", (content) => ({ ...content, sweep: "x" }), 'sweep: "x": '],
    [
      "a version to come",
      (content) => ({ ...content, version: "7.0.0" }),
      "written by lawfit 7.0.0, and this is ",
    ],
    ["a list", () => [], "[]: "],
  ])("%s", async (_, by, said) => {
    change("manifest.json", by);
    for (const words of [...readers(), ["sweep", "--out", run]])
      await expectRefused(words, `${run}/manifest.json: ${said}`);
    expect(existsSync(path("report.html"))).toBe(false);
  });

  test.each([
    ["garbage", "}{", "not valid JSON: "],
    ["nothing", "", "not valid JSON: it is empty"],
    ["half of it", '{"program": "lawfit", "ver', "not valid JSON: "],
    ["depths", "[".repeat(200_000), "not valid JSON: "],
  ])("%s", async (_, content, said) => {
    writeFileSync(join(run, "manifest.json"), content);
    for (const words of [...readers(), ["sweep", "--out", run]])
      await expectRefused(words, `${run}/manifest.json: ${said}`);
  });
});

describe("links in a run directory lead nowhere", () => {
  const linked = (name: string, to: string) => {
    rmSync(join(run, name), { recursive: true, force: true });
    symlinkSync(to, join(run, name));
  };

  test.each([
    ["manifest.json", "/dev/zero"],
    ["manifest.json", victim],
    ["predictions.parquet", victim],
    ["predictions.parquet", "/dev/zero"],
  ])("%s to %s is not read", async (name, to) => {
    linked(name, to);
    for (const words of readers()) await expectRefused(words, `${run}/${name}: is a link; allowed: a file`);
  });

  test("shards, run.json and the lock are neither read nor cleared nor written", async () => {
    linked("shards", path("elsewhere"));
    await expectRefused(["sweep", "--out", run], `${run}/shards: is a link; allowed: a folder`);
    await expectRefused(["sweep", "--out", run, "--fresh"], `${run}/shards: is a link`);
    rmSync(join(run, "shards"));
    linked(".lock", victim);
    await expectRefused(["sweep", "--out", run], `${run}/.lock: is a link; allowed: a file`);
    rmSync(join(run, ".lock"));
    linked("run.json", victim);
    await expectRefused(["sweep", "--out", run], `${run}/run.json: is a link`);
    await expectRefused(["status", run], `${run}/run.json: is a link`);
  });

  test("a shard's file", async () => {
    const [name] = readdirSync(join(run, "shards"));
    linked(`shards/${name}`, victim);
    await expectRefused(["sweep", "--out", run], `${run}/shards/${name}: is a link; allowed: a file`);
  });

  test("where progress is written to", async () => {
    symlinkSync(victim, join(run, "progress.json.tmp"));
    linked("progress.json", victim);
    expect((await sweep("--out", run)).code).toBe(0);
    expectUntouched();
  });

  test("tables that a new run replaces", async () => {
    linked("cells.parquet", victim);
    expect((await sweep("--out", run)).code).toBe(0);
    expectUntouched();
    expect((await lawfit("show", run, "cells")).code).toBe(0);
  });
});

describe("what a shard says is checked before it is merged", () => {
  beforeEach(() => {
    rmSync(run, { recursive: true });
    cpSync(shard, run, { recursive: true });
  });
  const merge = (from: string) => ["merge", from, "--out", path("merged"), "--quiet"];

  test.each<[string, (content: Record<string, never>) => object, string]>([
    ["a part of none", (content) => ({ ...content, part: { index: 2, count: 1 } }), "part: "],
    [
      "a billion parts",
      (content) => ({ ...content, part: { index: 1, count: 1e9 } }),
      "part.count: 1000000000: ",
    ],
    ["tasks that are none", (content) => ({ ...content, tasks: 3 }), "tasks: 3: "],
    ["a version to come", (content) => ({ ...content, version: "0.9.0" }), "written by lawfit 0.9.0"],
  ])("%s", async (_, by, said) => {
    change("run.json", by);
    await expectRefused(merge(run), `${run}/run.json: ${said}`);
    await expectRefused(["status", run], `${run}/run.json: ${said}`);
    expect(existsSync(path("merged"))).toBe(false);
  });

  test("links among the shards and in them", async () => {
    mkdirSync(path("sent-parts"));
    symlinkSync(run, path("sent-parts/shard-1-of-1"));
    for (const words of [
      ["merge", path("sent-parts")],
      ["status", path("sent-parts")],
    ])
      await expectRefused(words, "shard-1-of-1: is a link; allowed: a folder");
    rmSync(join(run, "shards"), { recursive: true });
    symlinkSync(path("elsewhere"), join(run, "shards"));
    await expectRefused(merge(run), `${run}/shards: is a link`);
  });

  test.each<[string, (content: Record<string, never>) => object, string]>([
    ["no process", (content) => ({ ...content, process: 1 }), "process: 1: "],
    ["progress that is text", (content) => ({ ...content, progress: "x" }), 'progress: "x": '],
    ["a state of another kind", (content) => ({ ...content, state: "done" }), 'state: "done": '],
  ])("progress: %s", async (_, by, said) => {
    change("progress.json", by);
    await expectRefused(["status", run], `${run}/progress.json: ${said}`);
  });

  test("a shard's file that lies of what it holds is given up, and nothing is read beyond it", async () => {
    const [name] = readdirSync(join(run, "shards"));
    const entry = { key: "k", offset: 0, bytes: 2 ** 50, sha256: "0", borrowed: false };
    for (const entries of [[entry], [{ ...entry, bytes: -1 }], [{ ...entry, offset: "x" }], 3]) {
      writeFileSync(join(run, "shards", name!), `${JSON.stringify({ format: "lawfit shard 1", entries })}\n`);
      rmSync(path("merged"), { recursive: true, force: true });
      const { code, stderr } = await lawfit(...merge(run));
      expect(code).toBe(2);
      expect(stderr).toMatch(/damaged \(cut short or changed\)[\s\S]* missing, the first of problem /);
    }
  });
});
