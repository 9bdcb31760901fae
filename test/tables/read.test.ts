import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { readTable } from "../../src/tables/read.ts";
import { findColumn } from "../../src/tables/table.ts";
import { writeTable } from "../../src/tables/write.ts";
import { messageOf, temporaryFolder } from "./temporary.ts";

const { folder, file } = temporaryFolder();

const csv = "run,n,loss,done\n001,1,0.5,true\n002,2,,false\n";

test("CSV: types, missing cells, and names as they are written", async () => {
  const table = await readTable(file("plain.csv", csv), { text: ["run"] });
  expect(table.columns).toEqual([
    { name: "run", type: "string", values: ["001", "002"] },
    { name: "n", type: "int64", values: [1, 2] },
    { name: "loss", type: "float64", values: Float64Array.of(0.5, Number.NaN) },
    { name: "done", type: "boolean", values: [true, false] },
  ]);
});

test("gzipped, tab-separated, semicolon-separated and CRLF files are read alike", async () => {
  const expected = (await readTable(file("plain2.csv", csv), { text: ["run"] })).columns;
  const others = [
    file("zipped.csv.gz", gzipSync(csv)),
    file("tabs.tsv", csv.replaceAll(",", "\t")),
    file("semicolons.csv", csv.replaceAll(",", ";")),
    file("crlf.csv", csv.replaceAll("\n", "\r\n")),
  ];
  for (const other of others) expect((await readTable(other, { text: ["run"] })).columns).toEqual(expected);
});

test("JSON lines and a JSON array", async () => {
  const lines = '{"run":"a","n":1,"loss":0.25}\n{"run":"b","n":2,"loss":null}\n';
  const array = '[{"run":"a","n":1,"loss":0.25},{"run":"b","n":2}]';
  for (const path of [file("rows.jsonl", lines), file("rows.ndjson", lines), file("rows.json", array)]) {
    expect((await readTable(path)).columns).toEqual([
      { name: "run", type: "string", values: ["a", "b"] },
      { name: "n", type: "int64", values: [1, 2] },
      { name: "loss", type: "float64", values: Float64Array.of(0.25, Number.NaN) },
    ]);
  }
});

test("a NaN that is written out is told from a missing cell", async () => {
  const table = await readTable(file("nan.csv", "a,b\n1,\n2,nan\n3,1\n"));
  expect(findColumn(table, "b")?.values).toEqual(Float64Array.of(Number.NaN, Number.NaN, 1));
  expect([...table.literalNaN]).toEqual([["b", 1]]);
});

test("a glob stacks its files by name, columns matched by name", async () => {
  mkdirSync(join(folder, "parts"));
  file("parts/b.csv", "run,accuracy,n\nthird,0.5,3\n");
  file("parts/a.csv", "run,n\nfirst,1\nsecond,2.5\n");
  const table = await readTable(join(folder, "parts", "*.csv"));
  expect(table.rows).toBe(3);
  expect(findColumn(table, "run")?.values).toEqual(["first", "second", "third"]);
  expect(findColumn(table, "n")?.values).toEqual(Float64Array.of(1, 2.5, 3));
  expect(findColumn(table, "accuracy")?.values).toEqual(Float64Array.of(Number.NaN, Number.NaN, 0.5));
  expect(table.files.map(({ rows }) => rows)).toEqual([2, 1]);
});

test("a file whose name has the signs of a glob is read as it stands", async () => {
  file("x1.csv", "n\n1\n");
  const table = await readTable(file("x[1].csv", "n\n2\n"));
  expect(findColumn(table, "n")?.values).toEqual([2]);
});

test("integers beyond 2^53 become float64, others stay exact", async () => {
  const table = await readTable(file("big.csv", "a,b\n9007199254740991,9007199254740993\n"));
  expect(findColumn(table, "a")).toEqual({ name: "a", type: "int64", values: [9007199254740991] });
  expect(findColumn(table, "b")?.type).toBe("float64");
});

test("rows of a long table come in order", async () => {
  const rows = 100_000;
  const i = Float64Array.from({ length: rows }, (_, row) => row + 0.5);
  const run = Array.from({ length: rows }, (_, row) => `run ${row % 7}`);
  const path = join(folder, "long.parquet");
  await writeTable(path, {
    rows,
    columns: [
      { name: "i", type: "float64", values: i },
      { name: "run", type: "string", values: run },
    ],
  });
  const table = await readTable(path, { text: ["run"] });
  // The first row that differs: `toEqual` takes seconds for so many.
  const [numbers, names] = table.columns.map(({ values }) => values);
  expect(i.findIndex((value, row) => numbers![row] !== value)).toBe(-1);
  expect(run.findIndex((value, row) => names![row] !== value)).toBe(-1);
  expect(table.rows).toBe(rows);
});

test.each([
  ["absent.csv", undefined, "no such file"],
  ["plan.csv", undefined, 'no such file; did you mean "plain.csv"?'],
  ["none*.csv", undefined, "no file matches"],
  ["table.xlsx", "x", "cannot tell the format of a table from this name; allowed endings are .parquet, .csv"],
  ["text.parquet", "run,n\na,1\n", 'not a Parquet file: it starts with "run," and ends with "a,1\\n", where'],
  ["short.parquet", "PAR1", "not a Parquet file"],
  ["empty.csv", "", "the file is empty (0 bytes)"],
  ["empty.arrow", "", "the file is empty (0 bytes)"],
  ["text.arrow", "run,n\na,1\n", "not an Arrow IPC file"],
  ["broken.jsonl", '{"a":1}\n{"a":\n', "Malformed JSON"],
  ["notgz.csv.gz", "run,n\n", "incorrect header check"],
])("%s: %s", async (name, content, message) => {
  const path = join(folder, name);
  if (content !== undefined) file(name, content);
  const error = await messageOf(readTable(path));
  expect(error).toContain(message);
  expect(error).toMatch(/^UserError: /);
  expect(error).toContain(path);
  expect(error).not.toContain("\n");
});

test("a folder is its table files, which are of one format", async () => {
  const inner = join(folder, "inner");
  mkdirSync(inner);
  expect(await messageOf(readTable(inner))).toContain(
    `${inner}: is a folder without table files; allowed endings`,
  );
  file("inner/b.csv", "a\n2\n");
  file("inner/a.csv", "a\n1\n");
  file("inner/notes.txt", "not a table");
  expect((await readTable(inner)).columns[0]?.values).toEqual([1, 2]);
  file("inner/c.jsonl", '{"a":3}\n');
  expect(await messageOf(readTable(inner))).toContain(
    `${inner}: has tables of several formats; allowed: one of the globs ${inner}/*.csv, ${inner}/*.jsonl`,
  );
});

test("a glob that matches nothing says what is there", async () => {
  mkdirSync(join(folder, "there"));
  file("there/runs.csv", "a\n2\n");
  expect(await messageOf(readTable(join(folder, "there/*.parquet")))).toContain(
    "there/*.parquet: no file matches; its folder has runs.csv; allowed: a glob that matches table files",
  );
});

test("rows have the names of their files where that is asked for, with folders where names repeat", async () => {
  mkdirSync(join(folder, "runs/70M"), { recursive: true });
  mkdirSync(join(folder, "runs/160M"), { recursive: true });
  file("runs/70M/metrics.csv", "a\n1\n2\n");
  file("runs/160M/metrics.csv", "a\n3\n");
  const names = async (paths: string | string[]) =>
    (await readTable(paths, { filename: true })).columns.find(({ name }) => name === "filename")?.values;
  expect(await names(join(folder, "runs/*/*.csv"))).toEqual(["160M", "70M", "70M"]);
  file("runs/70M/other.csv", "a\n4\n");
  expect(await names(join(folder, "runs/**/*.csv"))).toEqual([
    "160M/metrics",
    "70M/metrics",
    "70M/metrics",
    "70M/other",
  ]);
  expect(await names(join(folder, "runs/70M/*.csv"))).toEqual(["metrics", "metrics", "other"]);
  file("runs/70M/other.jsonl", '{"a":5}\n');
  expect(await names(["csv", "jsonl"].map((ending) => join(folder, `runs/70M/other.${ending}`)))).toEqual([
    "other.csv",
    "other.jsonl",
  ]);
  const own = file("own.csv", "filename\nmine\n");
  expect(await names(own)).toEqual(["mine"]);
});

test.each([
  ["ragged", "run,n,d\na,1,2\nb,3\n", "line 3: 2 cells; allowed: 3, as many as the header has"],
  ["wide", "run,n\na,1\nb,2,3\n", "line 3: 3 cells; allowed: 2, as many as the header has"],
  ["late", `run,n\n${"a,1\n".repeat(5000)}b\n`, "line 5002: 1 cells; allowed: 2"],
  [
    "quote",
    'run,n\n"a,1\nb,2\n',
    "line 2: not a CSV file that can be read: the quote of a cell is never closed",
  ],
])("a CSV file with a bad line: %s", async (name, content, message) => {
  expect(await messageOf(readTable(file(`bad-${name}.csv`, content)))).toContain(message);
});

test("an address is named as such", async () => {
  expect(await messageOf(readTable("s3://bucket/*.parquet"))).toContain(
    "UserError: s3://bucket/*.parquet: is a URL; allowed here: files on this machine; --table of a sweep and lawfit import read addresses",
  );
});
