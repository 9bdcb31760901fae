import { Table, tableToIPC, vectorFromArray } from "apache-arrow";
import { expect, test } from "vitest";
import { parseColumns } from "../../src/tables/columns.ts";
import { readCheckpointTable } from "../../src/tables/to-checkpoint-table.ts";
import { CASE_TWINS_PARQUET } from "./pyarrow-files.ts";
import { messageOf, temporaryFolder } from "./temporary.ts";

const { file } = temporaryFolder();

const row = { run: "a", n: 1e8, d: 1e9, subject: "x", loss: 3, Loss: 9, loss_1: 5 };
const files: Readonly<Record<string, () => string>> = {
  CSV: () => file("t.csv", `${Object.keys(row).join(",")}\n${Object.values(row).join(",")}\n`),
  "JSON lines": () => file("t.jsonl", `${JSON.stringify(row)}\n`),
  JSON: () => file("t.json", `[${JSON.stringify(row)}]`),
  Parquet: () => file("t.parquet", Buffer.from(CASE_TWINS_PARQUET, "base64")),
  Arrow: () => {
    const vectors = Object.entries(row).map(([name, value]) => [name, vectorFromArray([value])]);
    return file("t.arrow", tableToIPC(new Table(Object.fromEntries(vectors)), "file"));
  },
};

test.each(Object.keys(files))("%s: names that differ in case are read each by its own", async (format) => {
  const path = files[format]!();
  const table = await readCheckpointTable(path, {
    columns: parseColumns({ metrics: { loss: "Loss", ce: "loss", bpb: "loss_1" } }),
  });
  expect([...table.metrics.values()].map(([value]) => value)).toEqual([9, 3, 5]);
  const all = await readCheckpointTable(path);
  expect([...all.metrics.keys()]).toEqual(["loss", "Loss", "loss_1"]);
});

test.each(Object.keys(files))(
  "%s: an expression that may mean either is refused, others are not",
  async (format) => {
    const path = files[format]!();
    const read = (sql: string) =>
      readCheckpointTable(path, { columns: parseColumns({ metrics: { loss: { sql } } }) });
    expect(await messageOf(read("LOSS / 2"))).toContain('columns "loss" and "Loss" differ only in case');
    expect((await read("n / 1e8 + length('loss')")).metrics.get("loss")).toEqual(Float64Array.of(5));
  },
);
