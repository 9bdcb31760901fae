import {
  Decimal,
  Field,
  Float64,
  Int64,
  List,
  Struct,
  Table,
  tableToIPC,
  Uint64,
  Utf8,
  type Vector,
  vectorFromArray,
} from "apache-arrow";
import { expect, test } from "vitest";
import { parseColumns } from "../../src/tables/columns.ts";
import { readCheckpointTable } from "../../src/tables/to-checkpoint-table.ts";
import { parquetOf } from "./parquet-files.ts";
import { messageOf, temporaryFolder } from "./temporary.ts";

const { folder, file } = temporaryFolder();

// Neighbours that are one number in float64, below and beyond what 64 bits hold.
const small = ["9007199254740992", "9007199254740993"] as const;
const large = ["123456789012345678901234567890", "123456789012345678901234567891"] as const;

const words = (digits: string): Uint32Array =>
  Uint32Array.from({ length: 4 }, (_, i) => Number((BigInt(digits) >> BigInt(32 * i)) & 0xffffffffn));

function arrow(name: string): string {
  const table: Record<string, Vector> = {
    id: vectorFromArray(small.map(BigInt), new Int64()),
    unsigned: vectorFromArray(small.map(BigInt), new Uint64()),
    big: vectorFromArray(large.map(words), new Decimal(0, 38, 128)),
    loss: vectorFromArray([3, 2], new Float64()),
  };
  return file(name, tableToIPC(new Table(table), "file"));
}

const rows = small.map((id, i) => ({ id, unsigned: id, big: large[i]!, loss: 3 - i }));
const json = rows.map(
  ({ id, unsigned, big, loss }) => `{"id":${id},"unsigned":${unsigned},"big":${big},"loss":${loss}}`,
);

const files: Readonly<Record<string, () => string | Promise<string>>> = {
  CSV: () =>
    file("ids.csv", `id,unsigned,big,loss\n${rows.map((row) => Object.values(row).join(",")).join("\n")}\n`),
  "JSON lines": () => file("ids.jsonl", `${json.join("\n")}\n`),
  JSON: () => file("ids.json", `[${json.join(",\n")}]`),
  Parquet: () =>
    parquetOf(
      folder,
      "ids.parquet",
      rows
        .map(
          ({ id, big, loss }) =>
            `SELECT ${id}::BIGINT id, ${id}::UBIGINT unsigned, ${big}::DECIMAL(38, 0) big, ${loss} loss`,
        )
        .join(" UNION ALL "),
    ),
  Arrow: () => arrow("ids.arrow"),
};

test.each(Object.keys(files))(
  "%s: whole numbers keep their digits as names and in expressions",
  async (format) => {
    const path = await files[format]!();
    const read = (columns: object) =>
      readCheckpointTable(path, {
        columns: parseColumns({
          n: { sql: "1e8" },
          d: { sql: "1e9" },
          subject: { sql: "'x'" },
          metrics: { loss: "loss" },
          ...columns,
        }),
      });
    expect((await read({ run: "id" })).run).toEqual(small);
    expect((await read({ run: { sql: "id" } })).run).toEqual(small);
    expect((await read({ run: { sql: "'r' || unsigned" } })).run).toEqual(small.map((id) => `r${id}`));
    expect((await read({ run: { sql: "big" } })).run).toEqual(large);
    const table = await read({
      run: { sql: "id" },
      n: { sql: `id - ${small[0]} + 1` },
      d: { sql: `unsigned - ${small[0]} + 1` },
      step: { sql: `big - ${large[0]}::HUGEINT` },
    });
    expect([table.n, table.d, table.step]).toEqual([
      Float64Array.of(1, 2),
      Float64Array.of(1, 2),
      Float64Array.of(0, 1),
    ]);
  },
);

test("whole numbers of several files, and of small types, are computed with as such", async () => {
  const parquet = await parquetOf(
    folder,
    "layers.parquet",
    `SELECT ${small[1]}::BIGINT id, 100::UTINYINT layers, 3.25::FLOAT loss`,
  );
  const csv = file("layers.csv", `id,layers,loss\n${small[0]},20,2\n`);
  const table = await readCheckpointTable([parquet, csv], {
    columns: parseColumns({
      run: { sql: "id" },
      n: { sql: "layers * layers - 2 * layers" },
      d: { sql: "1e9" },
      subject: { sql: "'x'" },
      metrics: { loss: "loss" },
    }),
  });
  expect(table.run).toEqual([small[1], small[0]]);
  expect(table.n).toEqual(Float64Array.of(9800, 360));
});

const scores = new Struct([
  new Field("acc,none", new Float64()),
  new Field("model", new Utf8()),
  new Field("id", new Int64()),
  new Field("list", new List(new Field("item", new Struct([new Field("x", new Float64())])))),
]);
const score = (id: string) => ({
  "acc,none": 0.5,
  model: 'm"1',
  id: BigInt(id),
  list: [{ x: 2.5 }, { x: 4 }],
});
const nested: Readonly<Record<string, () => string | Promise<string>>> = {
  Arrow: () =>
    file(
      "nested.arrow",
      tableToIPC(
        new Table({
          results: vectorFromArray([{ hs: score(small[1]) }], new Struct([new Field("hs", scores)])),
        }),
        "file",
      ),
    ),
  Parquet: () =>
    parquetOf(
      folder,
      "nested.parquet",
      `SELECT {'hs': {'acc,none': 0.5::DOUBLE, 'model': 'm"1', 'id': ${small[1]}, 'list': [{'x': 2.5::DOUBLE}, {'x': 4}]}} AS results`,
    ),
  JSON: () =>
    file(
      "nested.json",
      `{"results": {"hs": {"acc,none": 0.5, "model": "m\\"1", "id": ${small[1]}, "list": [{"x": 2.5}, {"x": 4}]}}}`,
    ),
};

test.each(Object.keys(nested))("%s: structs and lists stay such until SQL has run", async (format) => {
  const path = await nested[format]!();
  const table = await readCheckpointTable(path, {
    columns: parseColumns({
      run: { sql: "results.hs.model || '-' || results.hs.id" },
      n: { sql: "list_sum(list_transform(results.hs.list, lambda e: e.x))" },
      d: { sql: "results.hs.list[1].x" },
      subject: { sql: "results.hs.model" },
      metrics: { accuracy: { sql: 'results.hs."acc,none"' } },
    }),
  });
  expect([table.run, table.subject]).toEqual([[`m"1-${small[1]}`], ['m"1']]);
  expect([table.n[0], table.d[0], table.metrics.get("accuracy")![0]]).toEqual([6.5, 2.5, 0.5]);
});

test("JSON: text beside numbers carries no quotes, and objects of many keys are structs", async () => {
  const keys = Array.from({ length: 300 }, (_, i) => ({
    results: { [`task${i}`]: { acc: i / 300 } },
    err: i === 0 ? "N/A" : i,
    config: { revision: i === 0 ? "main" : i },
    loss: 1,
  }));
  const path = file("keys.jsonl", keys.map((row) => JSON.stringify(row)).join("\n"));
  const table = await readCheckpointTable(path, {
    columns: parseColumns({
      run: { sql: "config.revision || '-' || err" },
      n: { sql: "1e8" },
      d: { sql: "1e9" },
      subject: { sql: "'x'" },
      metrics: { loss: "loss", accuracy: { sql: "results.task150.acc" } },
    }),
  });
  expect(table.run.slice(0, 2)).toEqual(["main-N/A", "1-1"]);
  expect(table.metrics.get("accuracy")![150]).toBe(0.5);
});

test("JSON: objects with a key a row are read as text, in seconds", async () => {
  const rows = Array.from({ length: 3000 }, (_, i) => ({
    run: `r${i}`,
    n: 1,
    d: 1,
    results: { [`k${i}`]: i },
    loss: 1,
  }));
  const path = file("key-a-row.jsonl", rows.map((row) => JSON.stringify(row)).join("\n"));
  const table = await readCheckpointTable(path, {
    columns: parseColumns({ subject: { sql: "'x'" }, step: { sql: "(results->>'$.k7')::DOUBLE" } }),
  });
  expect(table.step[7]).toBe(7);
});

test("a product of whole numbers may be larger than each of them; one that no whole number holds says how to compute it", async () => {
  const path = file("flops.csv", "run,n,d,subject,loss\na,70000000000,15000000000000,x,2\n");
  const read = (sql: string) => readCheckpointTable(path, { columns: parseColumns({ c: { sql } }) });
  expect((await read("6 * n * d")).c).toEqual(Float64Array.of(6.3e24));
  expect(await messageOf(read("n * d * n * d"))).toMatch(
    /\{sql: n \* d \* n \* d\}: Overflow .*; 6\.0 \* n computes in floating point/,
  );
  expect((await read("6e0 * n * d")).c).toEqual(Float64Array.of(6.3e24));
});
