import {
  DateDay,
  Decimal,
  DurationMillisecond,
  Table,
  TimeSecond,
  TimestampMillisecond,
  TimestampNanosecond,
  tableToIPC,
  type Vector,
  vectorFromArray,
} from "apache-arrow";
import { expect, test } from "vitest";
import { parseColumns } from "../../src/tables/columns.ts";
import { readCheckpointTable } from "../../src/tables/to-checkpoint-table.ts";
import { parquetOf } from "./parquet-files.ts";
import { DURATION_PARQUET, WIDE_DECIMAL_PARQUET } from "./pyarrow-files.ts";
import { messageOf, temporaryFolder } from "./temporary.ts";

const { folder, file } = temporaryFolder();

const fields = ["n", "d", "c", "step", "loss"] as const;
const noon = new Date("2024-05-06T12:00:00Z");

const vectors: Readonly<Record<string, () => Vector>> = {
  "Timestamp<MILLISECOND>": () => vectorFromArray([noon], new TimestampMillisecond()),
  "Timestamp<NANOSECOND>": () => vectorFromArray([noon.getTime()], new TimestampNanosecond()),
  "Date32<DAY>": () => vectorFromArray([noon], new DateDay()),
  "Time32<SECOND>": () => vectorFromArray([43200], new TimeSecond()),
  "Duration<MILLISECOND>": () => vectorFromArray([5n], new DurationMillisecond()),
  "Decimal(50, 1)": () => vectorFromArray([Uint32Array.of(25, 0, 0, 0, 0, 0, 0, 0)], new Decimal(1, 50, 256)),
};

function arrow(name: string, column: string, vector: Vector): string {
  const row: Record<string, Vector> = {
    run: vectorFromArray(["a"]),
    n: vectorFromArray([1e8]),
    d: vectorFromArray([1e9]),
    subject: vectorFromArray(["x"]),
    loss: vectorFromArray([3]),
    ...{ [column]: vector },
  };
  return file(name, tableToIPC(new Table(row), "file"));
}

test.each(Object.keys(vectors).flatMap((type) => fields.map((field) => [type, field] as const)))(
  "Arrow: %s in column %s is refused",
  async (type, field) => {
    const path = arrow(`${field}.arrow`, field, vectors[type]!());
    const said = await messageOf(readCheckpointTable(path));
    expect(said).toContain(`UserError: ${path}, row 1, column "${field}": `);
    expect(said).toContain(` is of type ${type}, which is not a number; allowed: a `);
  },
);

test("Arrow: a date is told as a date, and beside the metrics it is none", async () => {
  const path = arrow("date.arrow", "n", vectors["Date32<DAY>"]!());
  expect(await messageOf(readCheckpointTable(path))).toContain('"2024-05-06T00:00:00.000Z" is of type');
  const beside = arrow("beside.arrow", "created", vectors["Timestamp<MILLISECOND>"]!());
  expect([...(await readCheckpointTable(beside)).metrics.keys()]).toEqual(["loss"]);
});

test("Arrow: decimals of up to 38 digits are numbers", async () => {
  const path = arrow(
    "decimal.arrow",
    "loss",
    vectorFromArray([Uint32Array.of(314, 0, 0, 0)], new Decimal(2, 20)),
  );
  expect((await readCheckpointTable(path)).metrics.get("loss")).toEqual(Float64Array.of(3.14));
});

test.each([
  ["TIMESTAMP", "TIMESTAMP '2024-05-06 12:00:00'"],
  ["TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ '2024-05-06 12:00:00Z'"],
  ["DATE", "DATE '2024-05-06'"],
  ["TIME", "TIME '12:00:00'"],
  ["INTERVAL", "INTERVAL 5 SECOND"],
])("Parquet: %s in a number column is refused", async (type, value) => {
  for (const field of fields) {
    const row = { run: "'a'", n: "1e8", d: "1e9", subject: "'x'", loss: "3", [field]: value };
    const list = Object.entries(row).map(([name, sql]) => `${sql} AS ${name}`);
    const path = await parquetOf(folder, `${field}.parquet`, `SELECT ${list.join(", ")}`);
    const said = await messageOf(readCheckpointTable(path));
    expect(said).toContain(`${path}, row 1, column "${field}": `);
    expect(said).toContain(` is of type ${type}, which is not a number; allowed: a `);
  }
});

test("Parquet: decimals of over 38 digits are refused, in expressions too", async () => {
  const path = file("wide.parquet", Buffer.from(WIDE_DECIMAL_PARQUET, "base64"));
  const refused =
    'column "n": "DECIMAL(39,1)" is of type DECIMAL(39,1), which is not a number; allowed: a number > 0';
  expect(await messageOf(readCheckpointTable(path))).toContain(refused);
  const columns = parseColumns({ n: { sql: "n * 2" } });
  expect(await messageOf(readCheckpointTable(path, { columns }))).toContain("{sql: n * 2}: ");
});

test("Parquet: durations, which only the file's Arrow schema tells from numbers, are refused", async () => {
  const path = file("duration.parquet", Buffer.from(DURATION_PARQUET, "base64"));
  const read = (columns: object) => readCheckpointTable(path, { columns: parseColumns(columns) });
  expect(await messageOf(read({ step: "du" }))).toContain(
    'row 1, column "du": 5000 is of type Duration<MILLISECOND>, which is not a number; allowed: a number >= 0',
  );
  const table = await read({ step: { sql: "du / 1000" } });
  expect([table.step[0], ...table.metrics.keys()]).toEqual([5, "loss"]);
});

test("CSV and JSON: dates stay text, in names as they are written", async () => {
  const csv = file("date.csv", "run,n,d,subject,loss\n2024-5-6,2024-05-06,1e9,x,3\n");
  expect(await messageOf(readCheckpointTable(csv))).toContain(
    '"2024-05-06" is not a number; allowed: a number > 0',
  );
  const json = file(
    "date.jsonl",
    '{"run":"2024-05-06T12:00:00Z","n":1e8,"d":1e9,"subject":"x","loss":3,"family":"2024-5-6"}\n',
  );
  const table = await readCheckpointTable(json);
  expect([table.run, table.family]).toEqual([["2024-05-06T12:00:00Z"], ["2024-5-6"]]);
  const bad = file("bad.jsonl", '{"run":"a","n":"2024-05-06","d":1e9,"subject":"x","loss":3}\n');
  expect(await messageOf(readCheckpointTable(bad))).toContain('"2024-05-06" is not a number');
});

test("an expression that gives a time is refused in a number column", async () => {
  const path = await parquetOf(
    folder,
    "epoch.parquet",
    "SELECT 'a' AS run, 1e8 AS n, TIMESTAMP '1970-01-02' AS t, 'x' AS subject, 3 AS loss",
  );
  const read = (sql: string) => readCheckpointTable(path, { columns: parseColumns({ d: { sql } }) });
  expect(await messageOf(read("t + INTERVAL 1 DAY"))).toContain(
    "is of type TIMESTAMP, which is not a number",
  );
  expect((await read("epoch(t)")).d).toEqual(Float64Array.of(86400));
});
