import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { readManifest } from "../../../src/run/job-directory.ts";
import { checkpointTableToTable } from "../../../src/tables/checkpoint-table.ts";
import { writeTable } from "../../../src/tables/write.ts";
import { noisyLadder } from "../../bootstrap/noisy-ladder.ts";
import { tableOfRows } from "../../methods/tables.ts";
import { temporaryFolder } from "../../tables/temporary.ts";
import { lawfit } from "../command-line.ts";

const { folder, file } = temporaryFolder();
const table = join(folder, "ladder.parquet");
beforeAll(() => writeTable(table, checkpointTableToTable(tableOfRows(noisyLadder()))));
const common = ["--starts", "16", "--backend", "cpu"];

test("a preset with intervals: printed beside the predictions, and in the run directory", async () => {
  const out = join(folder, "run");
  const { code, stdout, stderr } = await lawfit(
    ...["bootstrap", "ladder", "--table", table, "--out", out, ...common],
    ...[
      "--resamples",
      "30",
      "--level",
      "0.5,0.8",
      "--intervals",
      "basic,delta",
      "--scheme",
      "wild",
      "--draws",
    ],
  );
  expect(code).toBe(0);
  expect(stderr).toMatch(
    /30 resamples by scheme wild, each from the fit of the data and as many random starts as it asks for, in \d/,
  );
  expect(stdout).toMatch(/50 % basic/);
  expect(stdout).toMatch(/t {5}big .* \d\.\d{4}\.\.\d\.\d{4}\n/);
  const { results, sweep } = await readManifest(out);
  expect(results).toMatchObject({ intervals: 12, bootstrap: 2, draws: 30 });
  expect(sweep.bootstrap).toMatchObject({ scheme: "wild", levels: [0.5, 0.8], fresh_starts: "auto" });
});

test("a sweep file's own bootstrap is run by sweep, and overlaid by bootstrap's options", async () => {
  const path = file(
    "own.yaml",
    "method: ladder\ntable: ladder.parquet\nbootstrap: {resamples: 20, levels: 0.7}\n",
  );
  const out = join(folder, "own");
  const run = async (command: string, ...options: string[]) => {
    const { code } = await lawfit(command, path, "--out", out, "--fresh", "--quiet", ...common, ...options);
    expect(code).toBe(0);
    return (await readManifest(out)).sweep.bootstrap;
  };
  expect(await run("sweep")).toMatchObject({ resamples: 20, levels: [0.7], scheme: "run" });
  expect(await run("bootstrap", "--resamples", "10")).toMatchObject({ resamples: 10, levels: [0.7] });
});

test.each([
  [["--resamples", "1"], '--resamples: "1"; allowed: a whole number >= 2'],
  [["--level", "0.9,x"], '--level: "0.9,x"; allowed: numbers with commas between them'],
  [["--level", "90"], "preset ladder: bootstrap.levels.0: 90; allowed: a number above 0 and below 1"],
  [["--scheme", "rows"], 'preset ladder: bootstrap.scheme: "rows"; allowed: run, run-by-size, wild'],
])("%j is refused in one line with exit code 2", async (options, message) => {
  const { code, stderr } = await lawfit("bootstrap", "ladder", "--table", table, ...options);
  expect(code).toBe(2);
  expect(stderr).toContain(`lawfit: ${message}`);
  expect(stderr.trim()).not.toContain("\n");
});

test("families that are drawn whole: copies of a run in its family add no certainty", async () => {
  const rows = noisyLadder();
  const copied = rows.flatMap((row) =>
    row.role === "target"
      ? [row]
      : [1, 2].map((copy) => ({ ...row, run: `${row.run}-${copy}`, family: row.run })),
  );
  const copies = join(folder, "copies.parquet");
  await writeTable(copies, checkpointTableToTable(tableOfRows(copied)));
  const width = async (path: string, ...options: string[]) => {
    const out = join(folder, `width-${options.length}-${path === copies}`);
    const words = ["--resamples", "200", "--draws", "--quiet", "--out", out, ...common, ...options];
    expect((await lawfit("bootstrap", "ladder", "--table", path, ...words)).code).toBe(0);
    const { stdout } = await lawfit("show", out, "intervals", "--format", "json");
    const found = (JSON.parse(stdout) as { lower: number; upper: number }[])[0]!;
    return found.upper - found.lower;
  };
  // Twice the runs, as if they were independent, would be narrower by the root of two.
  const ratio = (await width(copies, "--cluster", "family")) / (await width(copies));
  expect(ratio).toBeGreaterThan(1.1);
  expect(ratio).toBeLessThan(1.8);
});
