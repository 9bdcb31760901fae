import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { presets } from "../../src/spec/presets.ts";
import { checkpointTableToTable } from "../../src/tables/checkpoint-table.ts";
import { writeTable } from "../../src/tables/write.ts";
import { type Row, smallLadder, tableOfRows } from "../methods/tables.ts";
import { temporaryFolder } from "../tables/temporary.ts";
import { lawfit } from "./command-line.ts";

const { folder, file } = temporaryFolder();
const path = (name: string) => join(folder, name);
const run = path("run");
const table = path("small.parquet");

const writeRows = (name: string, rows: readonly Row[]) =>
  writeTable(path(name), checkpointTableToTable(tableOfRows(rows)));

beforeAll(() => writeRows("small.parquet", smallLadder(["t", "u"])));

describe("sweep and show", () => {
  beforeAll(async () => {
    await lawfit("sweep", "ladder", "--table", table, "--out", run, "--quiet");
  });

  test("a sweep prints what was done, the predictions and where the tables are", async () => {
    const out = path("printed");
    const { code, stdout, stderr } = await lawfit(
      "sweep",
      "ladder",
      "--table",
      table,
      "--out",
      out,
      "--tasks",
      "t",
    );
    expect(code).toBe(0);
    expect(stderr).toContain(
      "1 cell of 1 task, 1 target; 2 problems solved once (2 regressions before de-duplication)",
    );
    expect(stderr).toContain("solved from 16 starts, 8.0 a problem, in ");
    const [head, row, misfit, work, last] = stdout.split("\n");
    expect(head).toMatch(/^task +target +predicted +actual +error \(points\) +error \(%\)$/);
    // The table follows the laws exactly but for the smoothing of step 2.
    expect(row).toMatch(/^t +big +0\.\d{4} +0\.\d{4} +-?\d\.\d\d +-?\d\.\d\d$/);
    expect(misfit).toMatch(/^misfit: 1 of 1 fit: step2 of t \(sigmoid, along flops, p = 0\.001\)\. /);
    expect(work).toMatch(/^30 fits at [\d,]+ a second; \d+ s in all$/);
    expect(last).toBe(
      `tables in ${out}: cells, runs, fits, parameters, points, predictions, problems_skipped, compute_optimal, configurations, ` +
        "choices, axis_importance, curves, curve_means, variance, variance_correlation, identifiability " +
        `(lawfit show ${out})`,
    );
  });

  test("--quiet prints nothing but what makes numbers doubtful", async () => {
    const { code, stdout, stderr } = await lawfit(
      "sweep",
      "ladder",
      "--table",
      table,
      "--out",
      run,
      "--quiet",
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    const [window, misfit, ...rest] = stderr.trimEnd().split("\n");
    expect(window).toMatch(/^warning: final_window 5: /);
    expect(misfit).toMatch(/^warning: fits: residuals follow a pattern/);
    expect(rest).toEqual([]);
  });

  test("axes that vary are columns of the summary; options go before the file", async () => {
    const sweep = file(
      "sweep.yaml",
      "preset: ladder\ntable: small.parquet\naxes: {link: [sigmoid, linear]}\ntargets: [big, {name: 70B, n: 7e10, d: 2e12}]\n",
    );
    const { stdout } = await lawfit(
      "sweep",
      sweep,
      "--out",
      path("file"),
      "--targets",
      "70B",
      "--tasks",
      "u",
      "--starts",
      "16",
    );
    const lines = stdout.split("\n");
    expect(lines[0]).toMatch(/^task +target +link +predicted/);
    expect(lines[1]).toMatch(/^u +70B +sigmoid +0\.\d{4}$/);
    expect(lines[2]).toMatch(/^u +70B +linear +-?\d\.\d{4}$/);
  });

  test("show prints text, json and csv", async () => {
    const text = await lawfit("show", run, "predictions", "--columns", "task,target");
    expect(text.stdout).toBe("task  target\nt     big\nu     big\n");
    const json = await lawfit("show", run, "predictions", "--format", "json", "--where", "task = 'u'");
    expect(JSON.parse(json.stdout)).toMatchObject([{ cell: 1, task: "u", target: "big", anchor: true }]);
    const csv = await lawfit(
      "show",
      run,
      "cells",
      "--format",
      "csv",
      "--columns",
      "task,link",
      "--limit",
      "1",
    );
    expect(csv.stdout).toBe("task,link\nt,sigmoid\n");
  });

  test("a predicate that DuckDB does not take is the user's mistake", async () => {
    const { code, stderr } = await lawfit("show", run, "fits", "--where", "nothing > 1");
    expect(code).toBe(2);
    expect(stderr).toContain('lawfit: --where "nothing > 1" on ');
  });
});

describe("mistakes of the user: one line, exit code 2", () => {
  const ladder = ["sweep", "ladder", "--out", path("never")];

  test.each<[string, string[], string]>([
    ["no command", [], "a command is missing; allowed: import, inspect, fit, search, plan, "],
    ["an unknown command", ["swep"], 'did you mean "sweep"?; see lawfit --help'],
    ["an option before the command", ["--quiet", "sweep", "ladder"], "a command is missing before --quiet"],
    [
      "an unknown option",
      [...ladder, "--tabel", table],
      'unknown option --tabel; did you mean "--table"?; see lawfit sweep --help',
    ],
    [
      "an option without its value",
      [...ladder, "--table"],
      "--table needs a value: checkpoint table: a file, a folder or a glob; see lawfit sweep --help",
    ],
    [
      "a switch with a value that is neither",
      [...ladder, "--dry-run=maybe"],
      '--dry-run: "maybe"; allowed: true, false',
    ],
    [
      "an option of one value given twice",
      ["sweep", "ladder", "--table", table, "--out", "a", "--out=b"],
      "--out is given twice: a, b; allowed: once\n",
    ],
    [
      "a path that is no option's",
      ["sweep", "ladder", table],
      `unexpected argument ${JSON.stringify(table)}; a table is given as --table FILE; usage: `,
    ],
    [
      "an option of another command",
      [...ladder, "--table", table, "--level", "0.5"],
      "unknown option --level, which lawfit bootstrap takes; see lawfit sweep --help",
    ],
    [
      "no sweep",
      ["sweep"],
      "<sweep> is missing: name of a preset (docs/sweeps.md), or a sweep file (YAML); see lawfit sweep --help",
    ],
    [
      "a number that is none",
      [...ladder, "--table", table, "--starts", "many"],
      '--starts: "many"; allowed: auto, or a whole number >= 1',
    ],
    [
      "an empty name",
      [...ladder, "--table", table, "--tasks", "a,,b"],
      '--tasks: "a,,b"; allowed: names with commas between them',
    ],
    [
      "an unknown backend",
      [...ladder, "--table", table, "--backend", "gpu"],
      '--backend: "gpu"; allowed: auto, cuda, cpu, native, portable, tfjs',
    ],
    [
      "an unknown preset",
      ["sweep", "lader", "--table", table],
      `"lader" is neither a preset nor a sweep file; allowed: ${[...presets.keys()].join(", ")}, or the path of a YAML file; did you mean "ladder"?`,
    ],
    ["a missing sweep file", ["sweep", "none.yaml"], "none.yaml: no such file"],
    ["no table", ladder, "preset ladder: table: missing"],
    [
      "a missing table",
      [...ladder, "--table", path("smal.parquet")],
      'no such file; did you mean "small.parquet"?',
    ],
    [
      "an unknown task",
      [...ladder, "--table", table, "--tasks", "T"],
      'unknown task "T"; allowed: t, u; did you mean "t"?',
    ],
    [
      "an unknown target",
      [...ladder, "--table", table, "--targets", "bigg"],
      'unknown target "bigg"; allowed: big, or a size such as 7B@2T (parameters@tokens); did you mean "big"?',
    ],
    ["an unknown run", ["show", path("none"), "fits"], "no such run directory"],
    [
      "a folder that is not ours",
      ["sweep", "ladder", "--table", table, "--out", folder],
      "the folder is not empty and not a run directory of lawfit",
    ],
  ])("%s", async (_, words, message) => {
    const { code, stdout, stderr } = await lawfit(...words);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^lawfit: [^\n]*\n$/);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });

  const rows = smallLadder();
  const changed = (row: number, metrics: Record<string, number>) =>
    rows.map((one, i) => (i === row ? { ...one, metrics: { ...one.metrics, ...metrics } } : one));

  test.each<[string, readonly Row[], string]>([
    [
      "a loss of 0",
      changed(11, { loss: 0 }),
      'bad.csv, row 12 (line 13), column "loss": 0; allowed: a number > 0',
    ],
    [
      "infinity",
      changed(3, { loss: Number.POSITIVE_INFINITY }),
      'bad.csv, row 4 (line 5), column "loss": Infinity',
    ],
    ["rows that are there twice", [...rows, rows[0]!], "was already given in "],
    ["no target", rows.filter(({ role }) => role !== "target"), "no target: "],
    [
      "fewer points than parameters",
      rows.filter(({ n }) => n !== 4e8 && n !== 1.3e9),
      "t, step1: 3 points for 5 free parameters of form chinchilla",
    ],
    [
      "a metric of another name",
      rows.map(({ metrics: { loss, accuracy }, ...row }) => ({
        ...row,
        metrics: { loss: loss!, acuracy: accuracy! },
      })),
      'no column "accuracy", a metric that the method needs; the metrics are loss, acuracy; did you mean "acuracy"?',
    ],
  ])("%s in the table", async (_, bad, message) => {
    await writeRows("bad.csv", bad);
    const { code, stdout, stderr } = await lawfit(...ladder, "--table", path("bad.csv"));
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^lawfit: [^\n]*\n$/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });

  test("text in a number column", async () => {
    const lines = [
      "run,n,d,subject,loss,accuracy",
      ...Array.from({ length: 9 }, (_, i) => `r,1,${i + 1},t,${i === 4 ? "x" : 1},1`),
    ];
    writeFileSync(path("text.csv"), `${lines.join("\n")}\n`);
    const { code, stderr } = await lawfit(...ladder, "--table", path("text.csv"));
    expect(code).toBe(2);
    expect(stderr).toContain('row 5 (line 6), column "loss": "x" is not a number');
  });

  test.each(["csv", "parquet"])("a table, %s, in place of the sweep file", async (ending) => {
    const lines = Array.from({ length: 900 }, (_, i) => `r${i},1e8,2e9,t,0.${i}`);
    writeFileSync(path(`tidy.${ending}`), `run,n,d,subject,loss\n${lines.join("\n")}\n`);
    const { code, stderr } = await lawfit("sweep", path(`tidy.${ending}`));
    expect(code).toBe(2);
    expect(stderr).toContain(`lawfit sweep ladder --table ${path(`tidy.${ending}`)}\n`);
    expect(stderr).toMatch(/^lawfit: [^\n]{1,1000}\n$/);
  });

  test("a file that is not Parquet", async () => {
    writeFileSync(path("fake.parquet"), "run,n,d\n");
    const { code, stderr } = await lawfit(...ladder, "--table", path("fake.parquet"));
    expect(code).toBe(2);
    expect(stderr).toContain("not a Parquet file");
  });
});

test("help and version end with code 0, and the help fits a terminal of 80 columns", async () => {
  const help = await lawfit("--help");
  expect(help.code).toBe(0);
  for (const command of ["import", "inspect", "sweep", "show", "forms", "simulate", "bench", "doctor"]) {
    expect(help.stdout).toMatch(new RegExp(`^  ${command} +[a-z]`, "m"));
  }
  for (const line of help.stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  const version = await lawfit("--version");
  expect({ code: version.code, stdout: version.stdout }).toEqual({ code: 0, stdout: "0.1.0\n" });
});

test("-h is --help, and the help of a group of commands ends with examples", async () => {
  for (const words of [[], ["sweep"], ["simulate"], ["simulate", "ladder"]]) {
    const short = await lawfit(...words, "-h");
    expect(short).toEqual(await lawfit(...words, "--help"));
    expect(short.code).toBe(0);
    expect(short.stdout).toMatch(/\nExamples:\n {2}lawfit .+\n( .+\n)*? {2}lawfit .+\n$/);
  }
});

test("--table may be repeated, and so may a list; an option with the same value again changes nothing", async () => {
  const rows = smallLadder();
  await writeRows("first.csv", rows.slice(0, 7));
  await writeRows("second.csv", rows.slice(7));
  const { code, stderr } = await lawfit(
    ...["sweep", "ladder", "--table", path("first.csv"), "--table", path("second.csv")],
    ...["--out", path("both"), "--out", path("both"), "--starts", "4"],
  );
  expect([code, stderr]).toEqual([0, expect.stringContaining(`${rows.length} rows`)]);
  const levels = await lawfit(
    ...[
      "bootstrap",
      "ladder",
      "--table",
      table,
      "--out",
      path("levels"),
      "--quiet",
      "--starts",
      "4",
      "--tasks",
      "t",
    ],
    ...["--resamples", "40", "--level", "0.5", "--level", "0.8"],
  );
  expect(levels.code).toBe(0);
  const { stdout } = await lawfit(
    "show",
    path("levels"),
    "intervals",
    "--columns",
    "level",
    "--format",
    "csv",
  );
  expect(new Set(stdout.trim().split("\n").slice(1))).toEqual(new Set(["0.5", "0.8"]));
});

test("a target far outside of the runs, or with exchanged sizes, is warned of without intervals too", async () => {
  const sweep = file("far.yaml", "preset: ladder\ntable: small.parquet\ntargets: 2T@7B\nstarts: 4\n");
  const exchanged = await lawfit("sweep", sweep, "--out", path("exchanged"));
  expect(exchanged.stderr).toMatch(/warning: target 2T@7B has 0\.0035 tokens a parameter, runs to fit have /);
  expect(exchanged.stderr).toMatch(
    /warning: targets: over 10 times the compute of the largest run: 2T@7B \(\d+ times\)/,
  );
  const near = await lawfit("sweep", sweep, "--target", "big", "--out", path("near"));
  expect(near.stderr).not.toContain("warning: target");
});

test.each([
  [["show"], "lawfit show <run> [table]\n\nprint a table of a run directory\n"],
  [["simulate", "flp-m"], "lawfit simulate flp-m\n\nruns on mixtures"],
])("%j has a help of its own", async (words, beginning) => {
  const { code, stdout } = await lawfit(...words, "--help");
  expect(code).toBe(0);
  expect(stdout.slice(0, beginning.length)).toBe(beginning);
  expect(stdout).toMatch(/^ {2}--format /m);
});

test("forms lists every form, with LaTeX when asked", async () => {
  const { stdout } = await lawfit("forms", "--format", "json", "--latex");
  const rows: { name: string; latex: string }[] = JSON.parse(stdout);
  expect(rows.map(({ name }) => name)).toContain("chinchilla");
  for (const { latex } of rows) expect(latex).toContain("=");
  expect((await lawfit("forms")).stdout).toContain("E >= 0");
});

test("doctor says which backends work and where the cache is", async () => {
  const { code, stdout } = await lawfit("doctor");
  expect(code).toBe(0);
  expect(stdout).toContain(`node      ${process.version}`);
  for (const name of ["compiler", "cache", "native", "portable"])
    expect(stdout).toMatch(new RegExp(`^${name} `, "m"));
  expect(stdout.match(/taken by auto/g)).toHaveLength(1);
});
