import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { tableOfRecords } from "../../../src/draw/records.ts";
import { type EmbeddedTable, embedAll, embedTable } from "../../../src/report/page/embed.ts";

const unpack = (text: string): EmbeddedTable =>
  JSON.parse(gunzipSync(Buffer.from(text, "base64")).toString());
const table = tableOfRecords(
  Array.from({ length: 500 }, (_, i) => ({
    name: i % 2 === 0 ? "even" : null,
    value: i === 3 ? null : Math.sin(i),
    flag: i > 2,
  })),
);

test("a packed table keeps every number in full, missing ones as null, and each text once", () => {
  const { columns } = unpack(embedTable(table).text);
  const [name, value, flag] = columns;
  expect(name).toMatchObject({ type: "text", texts: ["even"] });
  expect(name!.values.slice(0, 2)).toEqual([0, null]);
  expect(value!.values.slice(0, 5)).toEqual([0, Math.sin(1), Math.sin(2), null, Math.sin(4)]);
  expect(flag!.values.slice(2, 4)).toEqual([false, true]);
});

test("numbers are rounded where that is asked for", () => {
  expect(unpack(embedTable(table, 5, 3).text).columns[1]!.values).toEqual([0, 0.841, 0.909, null, -0.757]);
});

test("tables that go in are whole; the largest gives its digits and then its rows for the others", () => {
  const small = tableOfRecords([{ a: 1 }]);
  const [whole, little] = [embedTable(table), embedTable(small)];
  const all = whole.text.length + little.text.length;
  expect(embedAll([table, small], all)).toEqual([whole, little]);
  const [rounded, kept] = embedAll([table, small], all - 10);
  expect(kept).toEqual(little);
  expect(rounded).toEqual(embedTable(table, table.rows, 8));
  const [cut] = embedAll([table, small], rounded!.text.length / 2);
  expect(cut).toMatchObject({ digits: 8 });
  expect(cut!.rows).toBeGreaterThan(100);
  expect(cut!.text.length).toBeLessThanOrEqual(rounded!.text.length / 2);
  expect(unpack(cut!.text).columns[1]!.values).toHaveLength(cut!.rows);
  expect(embedAll([table, small], little.text.length + 10)[0]).toBeUndefined();
});
