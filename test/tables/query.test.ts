import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { queryTable } from "../../src/tables/sql/query.ts";
import type { Table } from "../../src/tables/table.ts";
import { writeTable } from "../../src/tables/write.ts";
import { messageOf, temporaryFolder } from "./temporary.ts";

const { folder, file } = temporaryFolder();
const path = join(folder, "predictions.parquet");
const table: Table = {
  rows: 3,
  columns: [
    { name: "task", type: "string", values: ["c4", "piqa", "c4"] },
    { name: "abs_error", type: "float64", values: Float64Array.of(0.1, 0.2, Number.NaN) },
  ],
};

beforeAll(() => writeTable(path, table));

test("all rows without a predicate", async () => {
  expect(await queryTable(path)).toEqual(table);
});

test("rows by a predicate, columns in the order asked for", async () => {
  const where = "task = 'c4' AND abs_error < 0.15 -- a comment";
  expect(await queryTable(path, { where, columns: ["abs_error", "task"] })).toEqual({
    rows: 1,
    columns: [
      { name: "abs_error", type: "float64", values: Float64Array.of(0.1) },
      { name: "task", type: "string", values: ["c4"] },
    ],
  });
});

test("a predicate may use a column that is not shown", async () => {
  const result = await queryTable(path, { where: "task = 'piqa'", columns: ["abs_error"] });
  expect(result.columns).toEqual([{ name: "abs_error", type: "float64", values: Float64Array.of(0.2) }]);
});

test("CSV and Arrow files can be asked too", async () => {
  const arrow = join(folder, "predictions.arrow");
  await writeTable(arrow, table);
  const csv = file("predictions.csv", "task,abs_error\nc4,0.1\npiqa,0.2\nc4,\n");
  for (const other of [arrow, csv]) {
    expect(await queryTable(other, { where: "abs_error IS NULL", columns: ["task"] })).toEqual({
      rows: 1,
      columns: [{ name: "task", type: "string", values: ["c4"] }],
    });
  }
});

test.each([
  ["abs_eror > 1", 'Referenced column "abs_eror" not found in FROM clause! Candidate bindings: "abs_error"'],
  ["task =", 'syntax error at or near ")"'],
  ["abs_error > 'many'", "Could not convert string 'many' to DOUBLE"],
  ["1 = 1); DROP TABLE x --", "syntax error"],
])("a predicate that DuckDB does not take: %s", async (where, message) => {
  const error = await messageOf(queryTable(path, { where }));
  expect(error).toContain(`UserError: --where ${JSON.stringify(where)} on ${path}: `);
  expect(error).toContain(message);
  expect(error).not.toContain("\n");
});

test("an unknown column and a missing file", async () => {
  expect(await messageOf(queryTable(path, { columns: ["tsk"] }))).toContain(
    'no column "tsk"; did you mean "task"?; the columns are task, abs_error',
  );
  expect(await messageOf(queryTable(join(folder, "none.parquet")))).toContain("no such file");
});

test("names that differ in case only are refused, as SQL would take one for the other", async () => {
  const twins = file("twins.csv", "loss,Loss\n1,2\n");
  expect(await messageOf(queryTable(twins, { columns: ["Loss"] }))).toContain(
    'column "Loss" differs from another only in case',
  );
});
