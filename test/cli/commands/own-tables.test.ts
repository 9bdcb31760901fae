import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { temporaryFolder } from "../../tables/temporary.ts";
import { lawfit } from "../command-line.ts";

const { folder, file } = temporaryFolder();
const path = (name: string) => join(folder, name);

/** Parameters and tokens of 12 runs. */
const runs = [1e8, 2e8, 4e8, 8e8].flatMap((n) => [20, 50, 100].map((multiple) => ({ n, d: n * multiple })));
const lossOf = (n: number, d: number) => 1.2 + 420 / n ** 0.34 + 410 / d ** 0.28;
const accuracyOf = (loss: number) => 1 - 0.7 / (1 + Math.exp(-3 * (loss - 2.6)));
const measured = (n: number, d: number) => ({ loss: lossOf(n, d), accuracy: accuracyOf(lossOf(n, d)) });
/** Eight checkpoints of a run, to its end. */
const checkpoints = (d: number) => Array.from({ length: 8 }, (_, i) => (d * (i + 1)) / 8);
const csv = (...rows: readonly (readonly (string | number)[])[]) =>
  `${rows.map((row) => row.join(",")).join("\n")}\n`;

const tables = {
  "one row a run": file(
    "final.csv",
    csv(
      ["model", "size", "tokens", "loss", "accuracy"],
      ...runs.map(({ n, d }) => {
        const { loss, accuracy } = measured(n, d);
        return [`m-${n / 1e6}M-${d / 1e9}B`, `${n / 1e6}M`, `${d / 1e9}B`, loss, accuracy];
      }),
    ),
  ),
  "a wide data frame": file(
    "wide.csv",
    csv(
      ["model_params", "tokens", "hellaswag/acc", "hellaswag/bpb", "piqa/acc", "piqa/bpb"],
      ...runs.map(({ n, d }) => {
        const { loss, accuracy } = measured(n, d);
        return [n, d, accuracy, loss, accuracy, 0.9 * loss];
      }),
    ),
  ),
  "one row a checkpoint": file(
    "checkpoints.csv",
    csv(
      [
        "run_name",
        "_step",
        "params",
        "tokens",
        "eval/hellaswag/acc",
        "eval/hellaswag/bpb",
        "train/loss",
        "lr",
      ],
      ...runs.flatMap(({ n, d }) =>
        checkpoints(d).map((seen, i) => {
          const { loss, accuracy } = measured(n, seen);
          return [`${n}-${d}`, i * 1000, n, seen, 100 * accuracy, loss, loss + 1, 3e-4];
        }),
      ),
    ),
  ),
  "one file a run": (() => {
    mkdirSync(path("runs"));
    for (const { n, d } of runs) {
      const rows = checkpoints(d).map((seen, i) => [
        i,
        n,
        seen,
        measured(n, seen).loss,
        measured(n, seen).accuracy,
      ]);
      file(`runs/${n / 1e6}M-${d / 1e9}B.csv`, csv(["step", "params", "tokens", "loss", "acc"], ...rows));
    }
    return path("runs");
  })(),
};

const quick = ["--starts", "8", "--backend", "cpu"];
const truth = accuracyOf(lossOf(7e9, 2e12));

/** The predictions that a sweep printed: task, target and value of each row. */
const predicted = (stdout: string) =>
  [...stdout.matchAll(/^(\S+) +(\S+@\S+) +(0\.\d+)/gm)].map(([, task, target, value]) => [
    task,
    target,
    Number(value),
  ]);

test.each(Object.entries(tables))(
  "%s: answered in one command, which says how it was read",
  async (name, table) => {
    const { code, stdout, stderr } = await lawfit(
      "sweep",
      "ladder",
      "--table",
      table,
      "--target",
      "7B@2T",
      ...quick,
      "--out",
      path(`run ${name}`),
    );
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining("warning: table: its columns were guessed: see below\n"),
    ]);
    const rows = predicted(stdout);
    expect(rows[0]).toEqual([expect.any(String), "7B@2T", expect.closeTo(truth, 1)]);
    expect(stdout).toMatch(/^columns guessed: .*n: (size|model_params|params), d: tokens/m);
  },
);

test("several targets with intervals; only runs of one checkpoint are said to be that", async () => {
  const words = ["--target", "7B@2T", "--target", "13B@5T,1.9e9@4e10", "--interval", ...quick];
  const { stdout, stderr } = await lawfit(
    "sweep",
    "ladder",
    "--table",
    tables["one row a run"],
    ...words,
    "--out",
    path("several"),
  );
  expect(predicted(stdout).map(([, target]) => target)).toEqual(["7B@2T", "13B@5T", "1.9e9@4e10"]);
  expect(stdout).toMatch(/90 % pooled\n.*0\.\d+\.\.0\.\d+/);
  expect(stderr).toContain("one checkpoint a run, taken as its final value");
  const dry = await lawfit(
    "sweep",
    "ladder",
    "--table",
    tables["one file a run"],
    "--target",
    "7B@2T",
    "--dry-run",
    ...quick,
  );
  expect(dry.stdout + dry.stderr).not.toContain("one checkpoint a run");
});

test("inspect prints the block, and writes a sweep file that runs; it replaces none", async () => {
  const sweep = path("wide.yaml");
  const { code, stdout } = await lawfit("inspect", tables["a wide data frame"], "--write", sweep);
  expect([code, stdout]).toEqual([0, expect.stringContaining("\n  n: model_params\n")]);
  const written = parse(readFileSync(sweep, "utf8"));
  expect(written).toMatchObject({
    method: "ladder",
    columns: {
      n: "model_params",
      d: "tokens",
      subjects: { piqa: { loss: "piqa/bpb", accuracy: "piqa/acc" } },
    },
    targets: ["2.5B@250B"],
  });
  const run = await lawfit("sweep", sweep, ...quick, "--out", path("written"));
  expect([run.code, run.stderr]).toEqual([0, expect.not.stringContaining("guessed")]);
  expect(predicted(run.stdout).map(([task, target]) => [task, target])).toEqual([
    ["hellaswag", "2.5B@250B"],
    ["piqa", "2.5B@250B"],
  ]);
  const again = await lawfit("inspect", tables["a wide data frame"], "--write", sweep);
  expect([again.code, again.stderr]).toEqual([
    2,
    expect.stringContaining("wide.yaml: already exists; give another --write,"),
  ]);
});

test("an unsure guess is printed and not used", async () => {
  const table = file(
    "billions.csv",
    csv(
      ["run", "size", "tokens", "loss", "acc"],
      ...runs.map(({ n, d }, i) => [`r${i}`, n / 1e9, d / 1e9, lossOf(n, d), accuracyOf(lossOf(n, d))]),
    ),
  );
  const sweep = await lawfit(
    "sweep",
    "ladder",
    "--table",
    table,
    "--target",
    "7B@2T",
    ...quick,
    "--out",
    path("never"),
  );
  expect([sweep.code, sweep.stderr]).toEqual([
    2,
    expect.stringContaining("taken as billions: is that the unit?"),
  ]);
  const { code, stdout } = await lawfit("inspect", table);
  expect([code, stdout]).toEqual([
    0,
    expect.stringContaining("n: { sql: size * 1e9 } # UNSURE: values up to 0.8 are no counts"),
  ]);
});

test("a sweep file of an unsure guess has its columns in comments and is not read by them", async () => {
  const table = file(
    "two.csv",
    csv(
      ["run", "params", "total_params", "tokens", "loss", "acc"],
      ...runs.map(({ n, d }, i) => [`r${i}`, n, 2 * n, d, lossOf(n, d), accuracyOf(lossOf(n, d))]),
    ),
  );
  const written = path("two.yaml");
  const { code, stdout } = await lawfit("inspect", table, "--write", written);
  expect([code, stdout]).toEqual([
    0,
    expect.stringContaining("its columns are comments, as some are unsure"),
  ]);
  expect(parse(readFileSync(written, "utf8"))).not.toHaveProperty("columns");
  const sweep = await lawfit("sweep", written, ...quick, "--out", path("two"));
  expect([sweep.code, sweep.stderr]).toEqual([2, expect.stringContaining("which is meant?")]);
  const confirmed = readFileSync(written, "utf8").replace(/^# /gm, "");
  expect(parse(confirmed).columns.n).toBe("params");
});

test("inspect of a table without runs says what is missing, and not to run itself", async () => {
  const table = file("lacks.csv", "params,tokens,loss,acc\n1e8,2e9,3,.3\n1e8,2e9,3,.3\n");
  const { code, stderr } = await lawfit("inspect", table);
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(
      /no column "run".*unsure: run: no column tells apart.*columns: of a file for --layout/,
    ),
  ]);
  expect(stderr).not.toMatch(/lawfit inspect|no other column/);
});

test.each([
  ["7Q@2T", '"7Q@2T": its parts are not two numbers above 0; allowed: parameters@tokens, such as 7B@2T'],
  ["7@2T", '"7" has no unit; allowed: parameters@tokens'],
  ["7B", 'unknown target "7B"; allowed: sizes only, the table has no targets, such as 7B@2T'],
])("--target %s is refused", async (target, message) => {
  const { code, stderr } = await lawfit(
    "sweep",
    "ladder",
    "--table",
    tables["one row a run"],
    "--target",
    target,
  );
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
});
