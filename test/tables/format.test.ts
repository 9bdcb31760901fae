import { expect, test } from "vitest";
import { formatTable } from "../../src/tables/format.ts";
import type { Table } from "../../src/tables/table.ts";
import { formatNumber } from "../../src/text.ts";

const table: Table = {
  rows: 3,
  columns: [
    { name: "task", type: "string", values: ["c4", "hellaswag", null] },
    { name: "error", type: "float64", values: Float64Array.of(-1 / 3, 190354176, Number.NaN) },
    { name: "d", type: "int64", values: [5000088518656, 1, null] },
  ],
};

test("text is aligned, numbers to the right", () => {
  expect(formatTable(table)).toBe(
    [
      "task            error              d",
      "c4          -0.333333  5000088518656",
      "hellaswag  1.90354e+8              1",
      "",
      "",
    ].join("\n"),
  );
});

test("text columns go to the right where it is asked", () => {
  expect(formatTable(table, { alignRight: ["task"] }).split("\n")[1]).toBe(
    "       c4   -0.333333  5000088518656",
  );
});

test("text says how many rows it leaves out", () => {
  expect(formatTable(table, { maxRows: 1 })).toContain("... 2 more rows\n");
  expect(formatTable(table, { maxRows: 2 })).toContain("... 1 more row\n");
  expect(formatTable(table, { maxRows: 3 })).not.toContain("more");
});

test("JSON keeps infinite numbers apart from missing ones", () => {
  const values = Float64Array.of(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN);
  const [up, down, missing] = JSON.parse(
    formatTable({ rows: 3, columns: [{ name: "n_upper", type: "float64", values }] }, { format: "json" }),
  );
  expect([up, down, missing].map((row) => row.n_upper)).toEqual(["Infinity", "-Infinity", null]);
});

test("json is one array of row objects in full precision, missing as null", () => {
  const rows = JSON.parse(formatTable(table, { format: "json" }));
  expect(rows).toEqual([
    { task: "c4", error: -1 / 3, d: 5000088518656 },
    { task: "hellaswag", error: 190354176, d: 1 },
    { task: null, error: null, d: null },
  ]);
  expect(JSON.parse(formatTable({ ...table, rows: 0 }, { format: "json" }))).toEqual([]);
});

test("csv has the header and the rows asked for", () => {
  expect(formatTable(table, { format: "csv", maxRows: 1 })).toBe(
    `task,error,d\nc4,${-1 / 3},5000088518656\n`,
  );
});

test.each([
  [0, "0"],
  [12, "12"],
  [0.1234567, "0.123457"],
  [999999.9, "1e+6"],
  [-0.00001234567, "-1.23457e-5"],
  [Number.POSITIVE_INFINITY, "Infinity"],
])("number %d is shown as %s", (value, text) => {
  expect(formatNumber(value)).toBe(text);
});
