import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { selectRuns } from "../../src/sweep/select-runs.ts";
import { withDuckDB } from "../../src/tables/duckdb.ts";
import { queryTable } from "../../src/tables/query.ts";
import { readTable } from "../../src/tables/read.ts";
import type { Table } from "../../src/tables/table.ts";
import { confine, readUserSql, readWhere } from "../../src/tables/user-sql.ts";
import { tableOfRows } from "../methods/tables.ts";
import { messageOf, temporaryFolder } from "./temporary.ts";

const { folder, file } = temporaryFolder();
const own = file("own.csv", "run,n,d\na,1,20\nb,2,40\n");
const other = file("other.csv", "x\n1\n");
const runs = tableOfRows([
  { run: "a", n: 1, d: 20, metrics: {} },
  { run: "b", n: 2, d: 40, metrics: {} },
]);

/** Every place that takes SQL of users. */
const places: readonly [place: string, run: (sql: string) => Promise<unknown>][] = [
  ["axis runs", (sql) => selectRuns(runs, [sql], "sweep.yaml")],
  ["columns", (sql) => readTable(own, { computed: new Map([["made", sql]]) })],
  ["show --where", (sql) => queryTable(own, { where: sql })],
];

const written = join(folder, "written.csv");
const hostile: readonly (readonly [sql: string, says: string])[] = [
  [`true); COPY (SELECT 1) TO '${written}'; SELECT (true`, "it is more than one expression"],
  [`true); COPY (SELECT 1) TO '${written}' --`, "syntax error"],
  ["true) FROM range(3) WHERE (true", "it is more than one expression"],
  ["true) UNION ALL SELECT (true", "it is more than one expression"],
  ["true), (true", "it is more than one expression"],
  ["true) LIMIT (0", "it is more than one expression"],
  [`(SELECT content FROM read_text('${other}')) > ''`, "it reads from a function"],
  [`n > (SELECT max(x) FROM read_csv('${other}'))`, "it reads from a function"],
  [`n > (SELECT max(x) FROM '${other}')`, "it reads a file, and the table is all that it may read"],
  [`EXISTS (FROM glob('${folder}/*'))`, "it reads from a function"],
  ["EXISTS (FROM query('SELECT 1'))", "it reads from a function"],
  ["current_setting('memory_limit') = ''", 'no function "current_setting"'],
  ["getvariable('x') IS NULL", 'no function "getvariable"'],
  ["write_log('x') IS NULL", 'no function "write_log"'],
  ["random() < 0.5", 'no function "random"'],
  ["now() > '2026-01-01'", 'no function "now"'],
  ["current_date > '2026-01-01'", "current_date differs from call to call"],
  ["len(repeat('x', 1000000000)) > 0", 'no function "repeat"'],
  ["n > ?", "it has a parameter"],
  ["n > $1", "it has a parameter"],
  [`${"(".repeat(100_000)}n${")".repeat(100_000)} > 0`, "memory exhausted"],
  [`n${" + 1".repeat(100_000)} > 0`, "expression depth limit"],
];

describe.each(places)("%s", (_, run) => {
  test.each(hostile.map(([sql, says]) => [sql.slice(0, 80), sql, says] as const))(
    "%s",
    async (_, sql, says) => {
      const said = await messageOf(run(sql));
      expect(said).toMatch(/^UserError: /);
      expect(said.length).toBeLessThan(600);
      expect(said).toContain(says);
      expect(existsSync(written)).toBe(false);
    },
  );

  test("what hangs on the row and the table alone", async () => {
    await run(
      "round(log10(n) * 100) / 100 + CASE WHEN run LIKE 'a%' THEN 1 ELSE 0 END > coalesce(d, 0) -- and so on",
    );
  });
});

test("a predicate is true or false", async () => {
  expect(await messageOf(selectRuns(runs, ["n"], "sweep.yaml"))).toContain(
    "it gives DOUBLE where a predicate is true or false",
  );
});

test("a file whose name looks like a glob is asked as another one is, and beside such that the glob means", async () => {
  for (const name of ["own[1].csv", "own*.csv", "own1.csv"]) {
    const path = file(name, `run,n\n${name},1\n`);
    const { columns } = await queryTable(path, { where: "n = 1", columns: ["run"] });
    expect(columns[0]!.values).toEqual([name]);
  }
});

/** On a table of 20,000 rows that is all a connection holds. */
function confined<T>(use: (connection: Parameters<typeof confine>[0]) => Promise<T>): Promise<T> {
  return withDuckDB(async (connection) => {
    await connection.run("CREATE TEMP TABLE own AS SELECT range AS x FROM range(20000)");
    await confine(connection);
    return use(connection);
  });
}

test("what takes too long is stopped, and the connection goes on", async () => {
  await confined(async (connection) => {
    const slow = readUserSql(connection, {
      expression: "mode(x) OVER (ORDER BY x ROWS BETWEEN 10000 PRECEDING AND CURRENT ROW)",
      from: "own",
      query: (expression) => `SELECT ${expression} AS y FROM own`,
      timeLimitMs: 100,
    });
    expect(await messageOf(slow)).toBe("Error: it took longer than 0.1 s");
    expect(await readWhere(connection, { predicate: "x < 2", columns: ["x"], from: "own" })).toMatchObject<
      Partial<Table>
    >({ rows: 2 });
  });
});

test("confinement cannot be lifted, and holds for what is no user's too", async () => {
  await confined(async (connection) => {
    for (const sql of [
      "SET enable_external_access = true",
      "SET lock_configuration = false",
      `SET allowed_paths = ['${other}']`,
      `SELECT * FROM read_csv('${other}')`,
      `COPY own TO '${written}'`,
      `ATTACH '${written}'`,
      "INSTALL httpfs",
      "LOAD httpfs",
    ]) {
      expect(await messageOf(connection.run(sql))).toMatch(/lock|disabled|Permission|Cannot/);
    }
    expect(existsSync(written)).toBe(false);
  });
});
