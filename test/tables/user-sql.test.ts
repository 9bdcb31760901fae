import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { selectRuns } from "../../src/plan/selection.ts";
import { readTable } from "../../src/tables/read.ts";
import { withDuckDB } from "../../src/tables/sql/duckdb.ts";
import { queryTable } from "../../src/tables/sql/query.ts";
import { SQL_FUNCTIONS } from "../../src/tables/sql/sql-syntax.ts";
import { confine, readUserSql, readWhere } from "../../src/tables/sql/user-sql.ts";
import type { Table } from "../../src/tables/table.ts";
import { tableOfRows } from "../methods/tables.ts";
import { wholeCrosses } from "../whole-crosses.ts";
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
const NONE = " is not a function that expressions may call";
const OTHER = "it reads something other than the table";
const hostile: readonly (readonly [sql: string, says: string])[] = [
  [`true); COPY (SELECT 1) TO '${written}'; SELECT (true`, "it is more than one expression"],
  [`true); COPY (SELECT 1) TO '${written}' --`, "syntax error"],
  ["true) FROM range(3) WHERE (true", "it is more than one expression"],
  ["true) UNION ALL SELECT (true", "it is more than one expression"],
  ["true), (true", "it is more than one expression"],
  ["true) LIMIT (0", "it is more than one expression"],
  ["true) OR (true", 'syntax error at or near ")"'],
  ["SELECT true", "a subquery must stand in parentheses"],
  [" ", "it is empty"],
  [`(SELECT content FROM read_text('${other}')) > ''`, OTHER],
  [`n > (SELECT max(x) FROM read_csv('${other}'))`, OTHER],
  [`n > (SELECT max(x) FROM '${other}')`, OTHER],
  [`EXISTS (FROM glob('${folder}/*'))`, OTHER],
  ["EXISTS (FROM query('SELECT 1'))", OTHER],
  ["EXISTS (SELECT 1 FROM pg_catalog.pg_settings)", OTHER],
  ["EXISTS (SELECT 1 FROM duckdb_settings)", OTHER],
  ["(SELECT count(*) FROM (SHOW TABLES)) > 0", OTHER],
  [
    "(WITH RECURSIVE t AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM t) SELECT max(i) FROM t) > 0",
    "it has WITH",
  ],
  ["(WITH pg_settings AS (SELECT 1) SELECT 1) > 0", "it has WITH"],
  ["(SELECT 1 USING SAMPLE 1) = 1", "it draws a sample"],
  ["current_setting('memory_limit') = ''", `current_setting${NONE}`],
  ["getvariable('x') IS NULL", `getvariable${NONE}`],
  ["write_log('x') IS NULL", `write_log${NONE}`],
  ["random() < 0.5", `random${NONE}`],
  ["now() > '2026-01-01'", `now${NONE}`],
  ["age(date '2020-01-01') > interval 1 day", `age${NONE}`],
  ["current_date > '2026-01-01'", "current_date differs from call to call"],
  ["list_aggregate([n], 'reservoir_quantile', 0.5) > 0", `list_aggregate${NONE}`],
  ["len(repeat('x', 1000000000)) > 0", `repeat${NONE}`],
  ["len(lpad(run, 2000000000, 'x')) > 0", "lpad: allowed: a width from 0 to 1000"],
  ["len(lpad(run, n::int, 'x')) > 0", "lpad: allowed: a width from 0 to 1000"],
  ["len(format('{:2000000000}', n)) > 0", "format: allowed: a pattern written as a text"],
  ["len(format('{:{}}', n, 2000000000)) > 0", "format: allowed: a pattern written as a text"],
  ["len(printf('%*d', 2000000000, 1)) > 0", "printf: allowed: a pattern written as a text"],
  ["n > 1e400", "it has a number that is not finite"],
  ["n > ?", "it has a parameter"],
  ["n > $1", "it has a parameter"],
  [`${"(".repeat(100_000)}n${")".repeat(100_000)} > 0`, "it has 200005 characters; allowed: at most 20000"],
  [`n${" + 1".repeat(4_000)} > 0`, "expression depth limit"],
  [`true${" AND true".repeat(100_000)}`, "it has 900004 characters; allowed: at most 20000"],
];

/** What is tried at a place: all of it at the first one, half at each of the others, which read it by the same code. */
const triedAt = (place: string) => {
  const at = places.findIndex(([name]) => name === place);
  return hostile.filter((_, i) => wholeCrosses || at === 0 || i % 2 === at - 1);
};

describe.each(places)("%s", (place, run) => {
  test.each(triedAt(place).map(([sql, says]) => [sql.slice(0, 80), sql, says] as const))(
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

test.each([
  "lpad(run, 3, '0') = '00a'",
  "format('{:03d}', n::int) = '001'",
  "printf('%05.2f', n::double) = '01.00'",
])("texts are padded by a width for all to see: %s", async (where) => {
  expect((await queryTable(own, { where })).rows).toBe(1);
});

test("a subquery is over the table, by its name", async () => {
  expect((await queryTable(own, { where: "n = (SELECT max(n) FROM own) AND own.d > 1" })).rows).toBe(1);
  const last = await selectRuns(runs, ["runs.n = (SELECT max(n) FROM runs)"], "sweep.yaml");
  expect([...last.values()].map((names) => [...names])).toEqual([["b"]]);
});

test("a column that is named like the session's user is that column", async () => {
  const path = file("users.csv", "run,user,current_date\na,x,1\nb,y,2\n");
  expect((await queryTable(path, { where: "user = 'x' AND current_date = 1" })).rows).toBe(1);
});

test("times are in UTC, whatever the machine's time zone is", async () => {
  const path = file("times.csv", "run,stamp\na,2024-01-01 23:30:00\n");
  const before = process.env.TZ;
  process.env.TZ = "America/New_York";
  try {
    const where = "hour(to_timestamp(0)) = 0 AND epoch(stamp::timestamptz) = 1704151800";
    expect((await queryTable(path, { where })).rows).toBe(1);
  } finally {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  }
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
      table: "own",
      query: (expression) => `SELECT ${expression} AS y FROM own`,
      timeLimitMs: 100,
    });
    expect(await messageOf(slow)).toBe("Error: it took longer than 0.1 s");
    expect(
      await readWhere(connection, { predicate: "x < 2", columns: ["x"], from: "own", table: "own" }),
    ).toMatchObject<Partial<Table>>({ rows: 2 });
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

test("docs/tables.md has the functions", () => {
  const page = readFileSync(new URL("../../docs/tables.md", import.meta.url), "utf8");
  const [, listed] = /## Functions of SQL[\s\S]*?```\n([\s\S]*?)```/.exec(page) ?? [];
  expect(listed?.trim().split(/\s+/)).toEqual(
    [...SQL_FUNCTIONS].filter((name) => /^[a-z]/.test(name)).sort(),
  );
});
