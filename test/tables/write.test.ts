import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readTable } from "../../src/tables/read.ts";
import type { Table } from "../../src/tables/table.ts";
import { checkWritable, writeTable } from "../../src/tables/write.ts";
import { processorSeconds } from "../processor-time.ts";
import { messageOf, temporaryFolder } from "./temporary.ts";

const { folder, file } = temporaryFolder();

const table: Table = {
  rows: 3,
  columns: [
    { name: "run", type: "string", values: ["a", 'b, "quoted"', null] },
    { name: "d", type: "int64", values: [5000088518656, null, -1] },
    { name: "loss", type: "float64", values: Float64Array.of(0.1 + 0.2, Number.NaN, 5e-324) },
    { name: "done", type: "boolean", values: [true, null, false] },
  ],
};

test.each(["parquet", "arrow", "feather", "csv"])(
  "%s gives back the table to the last bit",
  async (ending) => {
    const path = join(folder, `table.${ending}`);
    await writeTable(path, table);
    const read = await readTable(path);
    expect(read.columns).toEqual(table.columns);
    expect(read.literalNaN.size).toBe(0);
  },
);

test.each([3, 254, 255, 256, 4000])(
  "thousands of rows of %s texts come back, missing ones among them",
  async (labels) => {
    const rows = 9000;
    const texts = Array.from({ length: labels }, (_, i) =>
      i === 0 ? "" : i === 1 ? 'it\'s "é", 🙂' : `text ${i}`,
    );
    const values = Array.from({ length: rows }, (_, row) =>
      row % 7 === 5 ? null : texts[(row * 11) % labels]!,
    );
    const none = new Array<string | null>(rows).fill(null);
    const whole = Array.from({ length: rows }, (_, row) => (row % 3 === 0 ? null : row));
    const path = join(folder, `texts-${labels}.parquet`);
    const columns: Table["columns"] = [
      { name: "text", type: "string", values },
      { name: "none", type: "string", values: none },
      { name: "whole", type: "int64", values: whole },
    ];
    await writeTable(path, { rows, columns });
    expect((await readTable(path)).columns).toEqual(columns);
  },
);

test("a whole number that is none is refused, not left out", async () => {
  const column = { name: "count", type: "int64" as const, values: [1, Number.NaN] };
  const written = writeTable(join(folder, "count.parquet"), { rows: 2, columns: [column] });
  expect(await messageOf(written)).toContain("column count: NaN is no whole number");
});

test("a table without rows keeps its columns", async () => {
  const path = join(folder, "none.parquet");
  await writeTable(path, {
    rows: 0,
    columns: [
      { name: "a", type: "float64", values: new Float64Array(0) },
      { name: "b", type: "int64", values: [] },
    ],
  });
  const read = await readTable(path);
  expect(read.rows).toBe(0);
  expect(read.columns.map(({ name, type }) => `${name} ${type}`)).toEqual(["a float64", "b int64"]);
});

test("Parquet is compressed with zstd", async () => {
  const rows = 10_000;
  const path = join(folder, "zeros.parquet");
  await writeTable(path, { rows, columns: [{ name: "x", type: "float64", values: new Float64Array(rows) }] });
  const { withDuckDB } = await import("../../src/tables/sql/duckdb.ts");
  const codecs = await withDuckDB(async (connection) => {
    const reader = await connection.runAndReadAll(`SELECT compression FROM parquet_metadata('${path}')`);
    return reader.getRows().flat();
  });
  expect(codecs).toEqual(["ZSTD"]);
});

test("a failed write leaves the old file and nothing else", async () => {
  const path = file("kept.parquet", "old");
  const before = readdirSync(folder);
  const broken = { rows: 1, columns: [{ name: "x", type: "string", values: [Symbol("no text")] }] };
  await expect(writeTable(path, broken as unknown as Table)).rejects.toThrow();
  expect(readdirSync(folder)).toEqual(before);
  expect(readFileSync(path, "utf8")).toBe("old");
});

test("columns of unequal length are refused", async () => {
  await expect(writeTable(join(folder, "uneven.csv"), { ...table, rows: 2 })).rejects.toThrow(
    "column run has 3 values in a table of 2 rows",
  );
});

test("an unknown ending, a missing folder, a folder", async () => {
  expect(await messageOf(checkWritable("table.txt", false))).toContain(
    "table.txt: cannot tell the format to write from this name",
  );
  expect(await messageOf(writeTable(join(folder, "table.txt"), table))).toContain(
    "allowed endings are .parquet",
  );
  const missing = join(folder, "no", "table.csv");
  expect(await messageOf(writeTable(missing, table))).toBe(
    `UserError: ${missing}: cannot be written: there is no folder ${join(folder, "no")}`,
  );
  expect(existsSync(join(folder, "no"))).toBe(false);
});

test("a million rows are written and read in seconds of processor time", async () => {
  const rows = 1_000_000;
  const path = join(folder, "million.parquet");
  const subject = Array.from({ length: rows }, (_, i) => `subject ${i % 33}`);
  const loss = Float64Array.from({ length: rows }, (_, i) => i / 3);
  let read: Table | undefined;
  const seconds = await processorSeconds(async () => {
    await writeTable(path, {
      rows,
      columns: [
        { name: "subject", type: "string", values: subject },
        { name: "loss", type: "float64", values: loss },
      ],
    });
    read = await readTable(path, { text: ["subject"] });
  });
  expect(seconds).toBeLessThan(10);
  expect(read!.rows).toBe(rows);
  expect(read!.columns[0]?.values[rows - 1]).toBe(subject[rows - 1]);
  expect(read!.columns[1]?.values[rows - 1]).toBe(loss[rows - 1]);
});
