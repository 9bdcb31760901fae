import { join } from "node:path";
import { expect, test } from "vitest";
import { checkpointTableToTable, locate } from "../../src/tables/checkpoint-table.ts";
import { readCheckpointTable } from "../../src/tables/to-checkpoint-table.ts";
import { writeTable } from "../../src/tables/write.ts";
import { smallTable } from "./small-table.ts";
import { temporaryFolder } from "./temporary.ts";

const { folder } = temporaryFolder();

const table = smallTable(
  [
    { run: "a", d: 10, step: 1, loss: 3, family: "f", phase: "early" },
    { run: "a", d: 5000088518656, c: 1.5e24, step: 2, loss: 2.5, accuracy: 0.1 + 0.2, family: "f" },
    { run: "b", role: "target", n: 1.5, d: 10, loss: 2 },
  ],
  { mixes: new Map([["web", Float64Array.of(0.5, 0.25, Number.NaN)]]) },
);

test.each(["parquet", "arrow", "csv"])(
  "a checkpoint table written as %s is read back the same",
  async (ending) => {
    const path = join(folder, `table.${ending}`);
    await writeTable(path, checkpointTableToTable(table));
    const { origin, source, ...read } = await readCheckpointTable(path);
    const { source: _made, ...expected } = table;
    expect(read).toEqual(expected);
    expect(source).toBe(path);
    expect(origin?.files.map(({ rows }) => rows)).toEqual([3]);
  },
);

test("columns come in the order of the schema; those that hold nothing are left out", () => {
  const bare = smallTable([{ loss: 1, accuracy: 0.5 }]);
  expect(checkpointTableToTable(bare).columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
    "run string",
    "role string",
    "n int64",
    "d int64",
    "c float64",
    "subject string",
    "loss float64",
    "accuracy float64",
  ]);
  expect(checkpointTableToTable(table).columns.map(({ name }) => name)).toEqual([
    "run",
    "role",
    "n",
    "d",
    "c",
    "step",
    "subject",
    "family",
    "phase",
    "loss",
    "accuracy",
    "mix.web",
  ]);
});

test("a row of a table made in memory is located by the table's name", () => {
  expect(locate(table, 2)).toBe("small, row 3");
});
