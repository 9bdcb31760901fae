import { expect, test } from "vitest";
import { runColumns } from "../../src/methods/run-columns.ts";
import { indexRuns } from "../../src/methods/runs.ts";
import { type CheckpointTable, locate } from "../../src/tables/checkpoint-table.ts";
import { parseColumns } from "../../src/tables/columns.ts";
import { readCheckpointTable } from "../../src/tables/to-checkpoint-table.ts";
import { parquetOf } from "./parquet-files.ts";
import { messageOf, temporaryFolder } from "./temporary.ts";

const { folder } = temporaryFolder();

/** Six runs, two of each size, of four checkpoints and twenty subjects; the last two are targets with an early checkpoint apart. */
const ladder = (order: string) => `
  SELECT 'run' || r AS run, CASE WHEN r > 3 THEN 'target' ELSE 'fit' END AS role, 'corpus' || r % 2 AS family,
    (r // 2 + 1) * 1e8::BIGINT AS n, s * (r // 2 + 1) * 1e9::BIGINT AS d, s * 10 AS step, 'task' || t AS subject,
    CASE WHEN r > 3 AND s = 1 THEN 'early' END AS phase, 2.0 / s + (17 * r + 5 * t) % 11 / 100.0 AS loss,
    s / 10.0 + (13 * r + 3 * t) % 7 / 100.0 AS accuracy, 'a note' AS note
  FROM range(6) runs(r), range(1, 5) steps(s), range(20) tasks(t) ORDER BY ${order}`;

const part = (path: string, tasks: string[], columns?: unknown) =>
  readCheckpointTable(path, {
    subjects: new Set(tasks),
    ...(columns !== undefined && { columns: parseColumns(columns) }),
  });

/** What a sweep takes from a table beside the rows of its tasks. */
function facts(table: CheckpointTable): unknown {
  const { places, subjects, targets } = indexRuns(table);
  return { places: [...places], subjects, targets, columns: runColumns(table) };
}

/** Rows of a task, as a sweep sees them: with their values and places in the file. */
function rowsOf(table: CheckpointTable, task: string): unknown {
  const { fitRuns, targets, targetRows, phaseRows } = indexRuns(table);
  const told = (rows: Uint32Array) =>
    Array.from(rows, (row) => [
      locate(table, row),
      table.c[row],
      ...[...table.metrics].map(([metric, values]) => [metric, values[row]]),
    ]);
  return [
    fitRuns(task).map(({ run, rows }) => [run, told(rows)]),
    targets.map(({ name }) => [name, told(targetRows(task, name)), told(phaseRows(task, name))]),
  ];
}

test.each([
  ["run by run", "r, s, t"],
  ["subject by subject", "t, r, s"],
  ["step by step, the last runs first", "s, r DESC, t DESC"],
])("the rows of two tasks say the same of all runs as the whole table, written %s", async (name, order) => {
  const path = await parquetOf(folder, `${name}.parquet`, ladder(order));
  const [whole, some] = await Promise.all([readCheckpointTable(path), part(path, ["task3", "task17"])]);
  expect(facts(some)).toEqual(facts(whole));
  for (const task of ["task3", "task17"]) expect(rowsOf(some, task)).toEqual(rowsOf(whole, task));
  expect([...some.metrics.keys()]).toEqual([...whole.metrics.keys()]);
  expect(some.origin?.files).toEqual(whole.origin?.files.map(({ path, rows }) => ({ path, rows })));
  // 24 checkpoints of three subjects (those asked for, and the first, which puts equal runs into order), and a row or two of each other.
  expect(whole.rows).toBe(480);
  expect(some.rows).toBeLessThan(160);
  expect(some.allRows).toBe(480);
});

test("the columns of a mapping are those that are read, and no other column is a metric", async () => {
  const query = `SELECT run, n AS params, d AS tokens, subject AS task, loss AS bpb, accuracy AS acc, run AS split FROM (${ladder("r, s, t")})`;
  const path = await parquetOf(folder, "mapped.parquet", query);
  const columns = {
    n: "params",
    d: "tokens",
    subject: "task",
    metrics: { loss: "bpb" },
    role: { column: "split", target: ["run5"] },
  };
  const some = await part(path, ["task4"], columns);
  const whole = await readCheckpointTable(path, { columns: parseColumns(columns) });
  expect(facts(some)).toEqual(facts(whole));
  expect(rowsOf(some, "task4")).toEqual(rowsOf(whole, "task4"));
  expect([...some.metrics.keys()]).toEqual(["loss"]);
  expect(some.rows).toBeLessThan(whole.rows);
});

const table = ladder("r, s, t");

test.each([
  [
    "a NaN in a metric",
    `SELECT * REPLACE (if(run = 'run2' AND subject = 'task9', 'nan'::DOUBLE, loss) AS loss) FROM (${table})`,
  ],
  [
    "an infinite metric",
    `SELECT * REPLACE (if(subject = 'task9', 'inf'::DOUBLE, loss) AS loss) FROM (${table})`,
  ],
  ["a size of 0", `SELECT * REPLACE (if(subject = 'task9', 0, n) AS n) FROM (${table})`],
  ["a step below 0", `SELECT * REPLACE (if(subject = 'task9', -1, step) AS step) FROM (${table})`],
  ["a run without a name", `SELECT * REPLACE (if(subject = 'task9', NULL, run) AS run) FROM (${table})`],
  ["a role that is none", `SELECT * REPLACE (if(subject = 'task9', 'both', role) AS role) FROM (${table})`],
  [
    "a row that is there twice",
    `SELECT * FROM (${table}) UNION ALL (SELECT * FROM (${table}) WHERE subject = 'task9' LIMIT 1)`,
  ],
  ["text that is meant as numbers", `SELECT *, if(subject = 'task9', '5 %', '6 %') AS score FROM (${table})`],
])("rows that nobody asked for are checked all the same: %s", async (name, query) => {
  const path = await parquetOf(folder, `${name}.parquet`, query);
  const message = await messageOf(part(path, ["task3"]));
  expect(message).toBe(await messageOf(readCheckpointTable(path)));
  expect(message).toContain("allowed");
});

test.each([
  [
    "words for missing cells",
    `SELECT * REPLACE (if(subject = 'task9', 'None', '' || loss) AS loss) FROM (${table})`,
  ],
  ["numbers in a text column", `SELECT *, if(subject = 'task9', '5', 'x') AS other FROM (${table})`],
  [
    "sizes that differ between the rows of a checkpoint",
    `SELECT * REPLACE (if(subject = 'task9', n + 1, n) AS n) FROM (${table})`,
  ],
  [
    "a role that changes within a run",
    `SELECT * REPLACE (if(step = 10, 'target', role) AS role) FROM (${table})`,
  ],
  ["rows that are not in the order of training", ladder("s DESC, r, t")],
])("where other rows have something to say, the table is read whole: %s", async (name, query) => {
  const path = await parquetOf(folder, `${name}.parquet`, query);
  expect(await part(path, ["task3"])).toEqual(await readCheckpointTable(path));
});
