import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readTable } from "../../src/tables/read.ts";
import type { Table } from "../../src/tables/table.ts";
import { parquetStream } from "../../src/tables/write.ts";
import { temporaryFolder } from "./temporary.ts";

const { folder } = temporaryFolder();

const part = (first: number, rows: number): Table => ({
  rows,
  columns: [
    { name: "i", type: "int64", values: Array.from({ length: rows }, (_, k) => first + k) },
    {
      name: "x",
      type: "float64",
      values: Float64Array.from({ length: rows }, (_, k) => (k === 1 ? Number.NaN : first + k / 8)),
    },
    { name: "name", type: "string", values: new Array<string>(rows).fill(`part ${first}`) },
  ],
});

test("rows come out in the order in which they went in, however many parts they were in", async () => {
  const parts = join(folder, "parts");
  mkdirSync(parts);
  const stream = parquetStream(parts, part(0, 0));
  const rows = 100_000;
  for (let k = 0; k < 4; k++) await stream.append(part(k * rows, rows));
  // A part is full at 122,880 rows: after two tables each. Nothing is held now.
  expect(readdirSync(parts)).toHaveLength(2);
  await stream.append(part(4 * rows, 3));
  const path = join(folder, "whole.parquet");
  expect(await stream.finish(path)).toBe(4 * rows + 3);
  const table = await readTable(path);
  const [i, x, name] = table.columns.map(({ values }): ArrayLike<unknown> => values);
  expect(table.columns[0]!.type).toBe("int64");
  expect(Array.from(i!).findIndex((value, row) => value !== row)).toBe(-1);
  expect([0, 1, 2].map((k) => x![rows + k])).toEqual([rows, Number.NaN, rows + 0.25]);
  expect([0, rows - 1, rows, 4 * rows + 2].map((row) => name![row])).toEqual([
    "part 0",
    "part 0",
    "part 100000",
    "part 400000",
  ]);
});

test("no rows at all are a table with its columns", async () => {
  const parts = join(folder, "none");
  mkdirSync(parts);
  const path = join(folder, "empty.parquet");
  expect(await parquetStream(parts, part(0, 0)).finish(path)).toBe(0);
  const { columns, rows } = await readTable(path);
  expect(rows).toBe(0);
  expect(columns.map(({ name, type }) => [name, type])).toEqual([
    ["i", "int64"],
    ["x", "float64"],
    ["name", "string"],
  ]);
});
