import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { checkpointTableToTable } from "../../src/tables/checkpoint-table.ts";
import { writeTable } from "../../src/tables/write.ts";
import { noisyRows, tableOf } from "../isoflop/surface.ts";
import { type Row, smallLadder, tableOfRows } from "../methods/tables.ts";
import { mixedRows } from "../papers/flp-m/made-up.ts";
import { temporaryFolder } from "../tables/temporary.ts";
import { wholeCrosses } from "../whole-crosses.ts";
import { lawfit } from "./command-line.ts";

const { folder, file } = temporaryFolder();
const path = (name: string) => join(folder, name);

/** A sweep file over rows: a ladder of the tasks t and u unless `more` says another. */
async function sweepOf(name: string, rows: readonly Row[], more = ""): Promise<string> {
  await writeTable(path(`${name}.parquet`), checkpointTableToTable(tableOfRows(rows)));
  const method = more.includes("method:") ? "" : "method: ladder\n";
  return file(
    `${name}.yaml`,
    `${method}table: ${path(`${name}.parquet`)}\nstarts: 4\nprofiles: false\nbackend: cpu\n${more}`,
  );
}

const sound = smallLadder(["t", "u"]);

/** Changes rows of task u; of a run, and one of its checkpoints, where they are named. */
function change(part: (row: Row) => Partial<Row>, isIt: (row: Row, checkpoint: number) => boolean): Row[] {
  const counts = new Map<string, number>();
  return sound.map((row) => {
    if (row.subject !== "u") return row;
    const checkpoint = counts.get(row.run) ?? 0;
    counts.set(row.run, checkpoint + 1);
    return isIt(row, checkpoint) ? { ...row, ...part(row) } : row;
  });
}

const score = (accuracy: (old: number) => number) => (row: Row) => ({
  metrics: { ...row.metrics, accuracy: accuracy(row.metrics.accuracy!) },
});
const isFit = (row: Row) => row.role !== "target";
const first = sound[0]!.run;
const isSecond = (row: Row, checkpoint: number) => row.run === first && checkpoint === 1;

const ofFallingTokens =
  /table: d does not rise .*: "\S+" at \S+, row 4: [\d.]+ at step [\d.]+ after [\d.]+\n/;

/** What is wrong in a table, and how its line begins and ends. */
const wrong: Record<string, [rows: Row[], line: RegExp]> = {
  "a size that varies in a run": [
    change(({ n }) => ({ n: 2 * n! }), isSecond),
    /table: a run changes its role or its n from row to row: "\S+" at \S+, row 4\n/,
  ],
  "tokens that fall": [
    // The steps of these tables are the tokens: they stay.
    change(({ d }) => ({ d: d / 100 }), isSecond),
    ofFallingTokens,
  ],
  "tokens that stand still": [change(() => ({ d: sound[0]!.d }), isSecond), ofFallingTokens],
  "an error rate for an accuracy": [
    change(
      score((old) => 1 - old),
      () => true,
    ),
    /table: an accuracy falls as runs get better .*: accuracy of "u" rises with the loss, rank correlation 1\.00 of 9 points\n/,
  ],
  "a run both fit and target": [
    [...sound, { ...sound.at(-1)!, run: first }],
    /table: a run changes its role or its n from row to row: "\S+" at \S+, row \d+\n/,
  ],
  "scores that are all 0": [
    change(
      score(() => 0),
      isFit,
    ),
    /table: a metric never changes from one fit run to another: accuracy of "u" is 0 on 108 rows to fit\n/,
  ],
  "a loss that is not positive": [
    change((row) => ({ metrics: { ...row.metrics, loss: 0 } }), isSecond),
    /table: a loss is not above 0, so it has no logarithm: loss of "u" at \S+, row 4: 0\n/,
  ],
  "an accuracy that is no share": [
    change(
      score((old) => 100 * old),
      isSecond,
    ),
    /table: an accuracy is outside 0 to 1 .*: accuracy of "u" at \S+, row 4: /,
  ],
};

/** A table with the tokens of one row changed but for its step. */
async function sweepWithSteps(name: string, rows: readonly Row[]): Promise<string> {
  const sweep = await sweepOf(name, rows);
  const steps = Float64Array.from(sound, ({ d }) => d);
  const table = { ...tableOfRows(rows), step: rows.length === sound.length ? steps : tableOfRows(rows).step };
  await writeTable(path(`${name}.parquet`), checkpointTableToTable(table));
  return sweep;
}

describe.each(Object.entries(wrong))("%s", (kind, [rows, line]) => {
  const name = kind.replaceAll(" ", "-");
  const out = path(`run-${name}`);

  test("is a line of the console and the manifest of a sweep that uses it, and of its report", async () => {
    const sweep = await sweepWithSteps(name, rows);
    // The manifest has the console's lines, and the report the manifest's, whatever they say; a dry run reports what a sweep would.
    const isWhole = wholeCrosses || kind === "tokens that fall";
    const { code, stderr } = await lawfit("sweep", sweep, "--out", out, ...(isWhole ? [] : ["--dry-run"]));
    expect(code).toBe(0);
    expect(stderr.match(new RegExp(`(?<=^|\\n)warning: ${line.source}`, "g"))).toHaveLength(1);
    if (!isWhole) return;
    const { warnings } = JSON.parse(readFileSync(join(out, "manifest.json"), "utf8"));
    const found = warnings.filter((one: string) => line.test(`${one}\n`));
    expect(found).toHaveLength(1);
    const report = path(`${name}.md`);
    await lawfit("report", out, "--out", report);
    expect(readFileSync(report, "utf8").replaceAll("\\", "")).toContain(found[0].slice(0, 40));
  });

  test("is none of a sweep that does not use it", async () => {
    const sweep = file(
      `other-${name}.yaml`,
      `method: ladder\ntable: ${path(`${name}.parquet`)}\nstarts: 4\nprofiles: false\nbackend: cpu\ntasks: [t]\ntargets: [big]\n`,
    );
    // A dry run reports what a sweep would.
    const { code, stderr } = await lawfit("sweep", sweep, "--out", path(`other-${name}`), "--dry-run");
    expect(code).toBe(0);
    expect(stderr).not.toContain("warning: table:");
  });
});

describe("a sound table", () => {
  test.each([
    ["as it is", sound],
    ["with its rows, and so its steps, out of order", sound.toReversed()],
  ])("%s has no finding", async (name, rows) => {
    const { code, stderr } = await lawfit(
      "sweep",
      await sweepOf(name.replaceAll(/\W+/g, "-"), rows),
      "--out",
      path("sound"),
      "--dry-run",
    );
    expect(code).toBe(0);
    expect(stderr).not.toContain("warning: table:");
  });
});

test("where no task is left it is an error", async () => {
  const rows = sound.map((row) => ({ ...row, ...score((old) => 100 * old)(row) }));
  const { code, stderr } = await lawfit("sweep", await sweepOf("percent", rows), "--out", path("percent"));
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /percent\.yaml: no cell can be predicted: t, step1: \S+, row 1, column "accuracy": [\d.]+; allowed: a share of right answers, 0 to 1; per cent are converted by scores: percent in the sweep file \(and 1 more\)\n$/,
  );
  expect(existsSync(path("percent"))).toBe(false);
});

describe("every command that uses the rows says it", () => {
  const line =
    /^warning: table: a loss is not above 0, so it has no logarithm: loss of "u" at \S+, row 4: 0$/m;
  let sweep: string;

  beforeAll(async () => {
    sweep = await sweepOf("commands", wrong["a loss that is not positive"]![0]);
  });

  test("a dry run, which writes nothing", async () => {
    const out = path("dry");
    expect((await lawfit("sweep", sweep, "--out", out, "--dry-run")).stderr).toMatch(line);
    expect(existsSync(out)).toBe(false);
    const { stdout } = await lawfit("sweep", sweep, "--out", out, "--dry-run", "--json");
    expect(JSON.parse(stdout).warnings).toEqual([
      expect.stringContaining("a loss is not above 0"),
      expect.stringMatching(/^final_window 5: /),
    ]);
  });

  test("shards and their merge", async () => {
    const out = path("shards");
    for (const shard of ["1/2", "2/2"]) {
      expect((await lawfit("sweep", sweep, "--out", out, "--shard", shard)).stderr).toMatch(line);
    }
    expect((await lawfit("merge", out)).stderr).toMatch(line);
  });

  test.each([
    ["bootstrap", "--resamples", "4"],
    ["backtest", "--least-runs", "6"],
  ])("lawfit %s", async (command, ...options) => {
    const { code, stderr } = await lawfit(command, sweep, "--out", path(command), ...options);
    expect(code).toBe(0);
    expect(stderr).toMatch(line);
  });

  test("lawfit mix, of shares that were rounded", async () => {
    const rows = mixedRows().map((row, i) => (i < 9 ? { ...row, mix: { general: 0.998, code: 0 } } : row));
    const more = "method: flp-m\naxes: {law: m1, link: linear}\nmixtures: {}\n";
    const mixed = await sweepOf("mixed", rows, more);
    const { stderr } = await lawfit("mix", mixed, "--out", path("mix"), "--no-bootstrap");
    expect(stderr).toMatch(
      /^warning: table: the shares of a mixture sum to 1 except for rounding, and are divided by their sum: mix.general \+ mix.code: 0\.998 \+ 0 = 0\.998 at /m,
    );
  });

  test("lawfit isoflop, of its subjects alone", async () => {
    const rows = noisyRows(0.001, 1).map((row, i) => (i === 0 ? { ...row, n: 9 * row.n! } : row));
    const file = path("isoflop.parquet");
    const other = rows.map((row) => ({ ...row, subject: "other" }));
    await writeTable(file, checkpointTableToTable(tableOf([...noisyRows(0.001, 1), ...other])));
    const run = (subject: string) => lawfit("isoflop", file, "--noise-draws", "10", "--subjects", subject);
    expect((await run("other")).stderr).toMatch(/^warning: table: c is outside 0\.5 to 3 times 6\*n\*d: /m);
    expect((await run("t")).stderr).toBe("");
  });
});
