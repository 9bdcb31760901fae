import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { checkpointTableToTable } from "../../../src/tables/checkpoint-table.ts";
import { readTable } from "../../../src/tables/read.ts";
import { writeTable } from "../../../src/tables/write.ts";
import { BUDGETS, finalRow, lossAt, noisyRows, sizesAround, tableOf } from "../../isoflop/surface.ts";
import type { Row } from "../../methods/tables.ts";
import { rowsOf } from "../../run/published.ts";
import { temporaryFolder } from "../../tables/temporary.ts";
import { lawfit } from "../command-line.ts";

const { folder, file } = temporaryFolder();
const table = join(folder, "table.parquet");
const quick = ["--noise-draws", "40"];

beforeAll(async () => {
  const families = ["web", "code"].flatMap((family) =>
    noisyRows(0.001, 1).map((row) => ({ ...row, family })),
  );
  await writeTable(table, checkpointTableToTable(tableOf(families)));
});

test("prints the best size of each budget and the laws", async () => {
  const { code, stdout, stderr } = await lawfit("isoflop", table, ...quick);
  expect([code, stderr]).toEqual([0, ""]);
  const [budgets, laws] = stdout.split("\n\n") as [string, string];
  const [head, first] = budgets.split("\n");
  expect(head).toMatch(/^family +subject +c +sizes +best n +90 % of it +d +loss +at edges +status$/);
  expect(first).toMatch(
    /^code +t +2e\+17 +11 +\d\.\d+e\+7 +\d\.\d+e\+7\.\.\d\.\d+e\+7 +\d\.\d+e\+8 +\d\.\d{4} +0 % {2}ok$/,
  );
  expect(budgets.split("\n")).toHaveLength(1 + 2 * 8);
  expect(laws).toMatch(
    /^code +t +n +0\.4\d\d +0\.4\d\d\.\.0\.4\d\d +± 0\.0\d\d +0\.\d+ +8 +0 +\d\.\d {2}ok$/m,
  );
  expect(laws.trim().split("\n")).toHaveLength(1 + 2 * 2);
});

test("--out writes both tables", async () => {
  const out = join(folder, "sizes.csv");
  const options = [
    "--interpolation",
    "parabola,akima",
    "--window",
    "2,3",
    "--noise",
    "0.001",
    "--level",
    "0.5,0.9",
  ];
  const { code, stdout } = await lawfit("isoflop", table, ...quick, ...options, "--out", out);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^family +subject +interpolation +window +c/);
  const written = rowsOf(await readTable(out));
  expect(written).toHaveLength(2 * 3 * 8 * 2);
  expect(new Set(written.map((row) => row.noise))).toEqual(new Set([0.001]));
  expect(rowsOf(await readTable(join(folder, "sizes_laws.csv")))).toHaveLength(2 * 3 * 2 * 2);
  // Files that are there are kept, the second one too, unless they may be replaced.
  rmSync(out);
  const again = await lawfit("isoflop", table, ...quick, "--out", out);
  expect(again).toMatchObject({
    code: 2,
    stderr: `lawfit: ${join(folder, "sizes_laws.csv")}: already exists; give another --out, or --force to replace it\n`,
  });
  expect(existsSync(out)).toBe(false);
  expect((await lawfit("isoflop", table, ...quick, "--out", out, "--force")).code).toBe(0);
});

describe("--format", () => {
  test("json has both tables, or the one that is asked for", async () => {
    const { stdout } = await lawfit("isoflop", table, ...quick, "--format", "json");
    const both = JSON.parse(stdout);
    expect([both.isoflop.length, both.isoflop_laws.length]).toEqual([16, 4]);
    const one = await lawfit("isoflop", table, ...quick, "--format", "json", "--print", "isoflop_laws");
    expect(JSON.parse(one.stdout)).toEqual(both.isoflop_laws);
  });

  test("csv has one", async () => {
    const { stdout } = await lawfit("isoflop", table, ...quick, "--format", "csv", "--print", "isoflop_laws");
    expect(stdout.split("\n")[0]).toMatch(/^family,subject,interpolation,window,quantity,exponent,/);
    expect(stdout.trim().split("\n")).toHaveLength(1 + 4);
  });
});

test("columns of a table of one's own", async () => {
  const lines = ["name,params,tokens,xent", "a,1e8,1e10,3", "b,2e8,5e9,2.9", "c,4e8,2.5e9,3.05"];
  const own = file("own.csv", `${lines.join("\n")}\n`);
  const mapping = file(
    "own.yaml",
    "columns: {run: name, n: params, d: tokens, subject: {sql: \"'web'\"}, metrics: {loss: xent}}\n",
  );
  const { code, stdout, stderr } = await lawfit("isoflop", own, "--layout", mapping);
  expect([stderr, code]).toEqual(["", 0]);
  expect(stdout).toMatch(/^web +6e\+18 +3 +\d\.\d+e\+8 +none +\d\.\d+e\+9 +2\.\d+ +no-noise$/m);
  expect(stdout).toMatch(/few-budgets/);
});

describe("what cannot be taken as it stands is said", () => {
  const print = async (name: string, rows: readonly Row[], ...options: string[]) => {
    const path = join(folder, `${name}.parquet`);
    await writeTable(path, checkpointTableToTable(tableOf(rows)));
    return lawfit("isoflop", path, ...quick, ...options);
  };
  const exact = BUDGETS.flatMap((c) => sizesAround(c, 0.3, 3, 7).map((n) => finalRow(c, n, lossAt(n, c))));

  test("a loss of 0 leaves its run out, with a warning, and the others are analysed", async () => {
    const rows = noisyRows(0.001, 1).map((row, i) => (i === 3 ? { ...row, metrics: { loss: 0 } } : row));
    const { code, stdout, stderr } = await print("zero", rows);
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^warning: isoflop: 1 of 8 budgets lack runs, such as t, c = 2e\+17: 1 run with a loss that is not above 0 /m,
    );
    expect(stdout.match(/ ok$/gm)).toHaveLength(8 + 2);
  });

  test("budgets some per cent apart: the tolerance that joins them", async () => {
    const rows = noisyRows(0.001, 1).map((row, i) => {
      const by = 1 + 0.00299 * (i % 11);
      return { ...row, d: row.d! * by, c: row.c! * by };
    });
    const { stdout, stderr } = await print("apart", rows);
    expect(stderr).toContain("--tolerance 0.03 joins them");
    expect(stdout).toContain("--tolerance 0.03 joins them");
    const joined = await print("apart", rows, "--tolerance", "0.03");
    expect(joined.stderr).not.toContain("tolerance");
    expect(joined.stdout).toMatch(/^t +2\.03e\+17 +11 /m);
  });

  test("losses without noise: no interval of equal ends, and why", async () => {
    const { stdout } = await print("exact", exact);
    expect(stdout).not.toMatch(/(\d[\d.e+]*)\.\.\1\s/);
    expect(stdout).toMatch(/^t +n +0\.452 +none .*no-spread$/m);
    expect(stdout).toContain(
      "no-spread: no interval: the losses lie on the curves to rounding and show no noise; give noise",
    );
  });

  test("an interval narrower than the digits shown has more of them", async () => {
    const { stdout, stderr } = await print("narrow", exact, "--noise", "1e-7");
    expect(stdout).not.toMatch(/(\d[\d.e+]*)\.\.\1\s/);
    expect(stdout).toMatch(/^t +n +0\.452 +0\.45161\d+\.\.0\.45161\d+ /m);
    expect(stderr).toMatch(/1 of 1 law of the best size is under-scattered.*noise is overstated/);
  });

  test("an end that the sizes do not bound is said in words", async () => {
    const short = BUDGETS.flatMap((c) =>
      sizesAround(c, 0.1, 1.1, 9).map((n, i) => finalRow(c, n, lossAt(n, c) * (1 + 0.002 * Math.sin(5 * i)))),
    );
    const { stdout } = await print("short", short, "--noise", "0.002");
    expect(stdout).toMatch(/ \d\.\d+e\+\d\.\.above the sizes /);
    expect(stdout).not.toContain("Infinity");
  });

  test("laws that noise does not account for", async () => {
    const rows = noisyRows(0.001, 1);
    const { stdout, stderr } = await print("scattered", rows, "--noise", "0.0001");
    expect(stderr).toMatch(
      /law of the best size is over-scattered, such as t, scatter \d+(\.\d)?: .*too narrow; quote standard_error/,
    );
    expect(stdout).toMatch(/^t +n .* over-scattered$/m);
    expect(stdout).toContain("over-scattered: budgets lie farther off the law");
  });
});

test.each([
  [["--window", "x"], '--window: "x"; allowed: numbers with commas between them'],
  [["--noise", "much"], '--noise: "much"; allowed: a number'],
  [["--noise", "2"], "isoflop.noise: 2; allowed: a number from 0 to 1"],
  [["--interpolation", "spline"], "isoflop.interpolation: "],
  [["--subjects", "tt"], "isoflop.subjects: no fit run of "],
  [["--out", "sizes.txt"], "sizes.txt: cannot tell the format"],
])("%j is refused in one line with exit code 2", async (options, message) => {
  const { code, stderr } = await lawfit("isoflop", table, ...quick, ...options);
  expect(stderr).toContain(message);
  expect(stderr.trim()).not.toContain("\n");
  expect(code).toBe(2);
});
