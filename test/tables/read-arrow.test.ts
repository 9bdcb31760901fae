import { join } from "node:path";
import { tableFromArrays, tableToIPC } from "apache-arrow";
import { expect, test } from "vitest";
import { readTable } from "../../src/tables/read.ts";
import { lacksZstd } from "../../src/tables/read-arrow.ts";
import { LZ4_FEATHER, ZSTD_FEATHER } from "./pyarrow-files.ts";
import { messageOf, temporaryFolder } from "./temporary.ts";

const { folder, file } = temporaryFolder();

const pyarrowColumns = [
  { name: "run", type: "string", values: Array.from({ length: 64 }, (_, i) => (i < 32 ? "small" : "large")) },
  { name: "n", type: "int64", values: Array.from({ length: 64 }, (_, i) => (i < 32 ? 1e6 : 2e6)) },
  {
    name: "loss",
    type: "float64",
    values: Float64Array.from({ length: 64 }, (_, i) => (i === 3 ? Number.NaN : 2.5)),
  },
];

test("Feather of pyarrow, with its default LZ4 compression and a dictionary", async () => {
  const path = file("lz4.feather", Buffer.from(LZ4_FEATHER, "base64"));
  expect((await readTable(path)).columns).toEqual(pyarrowColumns);
});

test.runIf(lacksZstd)("Feather with ZSTD, on a Node without it: says what to do", async () => {
  const path = file("zstd.feather", Buffer.from(ZSTD_FEATHER, "base64"));
  expect(await messageOf(readTable(path))).toMatch(
    /^UserError: .*zstd\.feather: compressed with ZSTD, which Node v\S+ cannot decode in Arrow files; write it with LZ4/,
  );
});

test.skipIf(lacksZstd)("Feather with ZSTD (needs Node >= 22.15)", async () => {
  const path = file("zstd.feather", Buffer.from(ZSTD_FEATHER, "base64"));
  expect((await readTable(path)).columns).toEqual(pyarrowColumns);
});

test("the stream format, in several batches, beside other formats in one call", async () => {
  const batches = tableFromArrays({ n: Int32Array.of(1, 2) }).concat(
    tableFromArrays({ n: Int32Array.of(3) }),
  );
  const stream = file("stream.arrow", tableToIPC(batches, "stream"));
  const csv = file("more.csv", "n\n4\n");
  const table = await readTable([stream, csv]);
  expect(table.columns).toEqual([{ name: "n", type: "int64", values: [1, 2, 3, 4] }]);
});

test("float32 and a written NaN", async () => {
  const table = tableFromArrays({ loss: Float32Array.of(0.5, Number.NaN) });
  const read = await readTable(file("float.ipc", tableToIPC(table, "file")));
  expect(read.columns).toEqual([{ name: "loss", type: "float64", values: Float64Array.of(0.5, Number.NaN) }]);
  expect([...read.literalNaN]).toEqual([["loss", 1]]);
});

test("numbers of a text column become names", async () => {
  const table = tableFromArrays({ run: Int32Array.of(7, 8) });
  const read = await readTable(file("names.arrow", tableToIPC(table, "file")), { text: ["run"] });
  expect(read.columns).toEqual([{ name: "run", type: "string", values: ["7", "8"] }]);
});

test("Feather version 1 is named as such", async () => {
  expect(await messageOf(readTable(file("old.feather", "FEA1....FEA1")))).toContain("is Feather version 1");
});

test("a missing Arrow file", async () => {
  expect(await messageOf(readTable(join(folder, "lz5.feather")))).toContain(
    'no such file; did you mean "lz4.feather"?',
  );
});

test.each(["file", "stream"] as const)("an Arrow %s that has been cut anywhere is refused", async (kind) => {
  const one = () => tableFromArrays({ n: Int32Array.of(1, 2), loss: Float64Array.of(3, 2) });
  const bytes = tableToIPC(one().concat(one()).concat(one()), kind);
  expect((await readTable(file("whole.arrow", bytes))).rows).toBe(6);
  // Messages are whole multiples of 8 bytes.
  for (let length = 8; length < bytes.length; length += 8) {
    const path = file("cut.arrow", bytes.subarray(0, length));
    expect(await messageOf(readTable(path))).toMatch(
      /^UserError: .*cut\.arrow: (not an Arrow IPC file|the stream has no end marker)/,
    );
  }
});

test("an Arrow file whose footer lies about its batches is refused, and soon", async () => {
  const bytes = Buffer.from(tableToIPC(tableFromArrays({ n: Int32Array.of(1, 2) }), "file"));
  // The footer has the place of the one batch, after the file's magic, in a list of one.
  const place = Buffer.alloc(8);
  place.writeBigInt64LE(8n);
  const block = bytes.lastIndexOf(Buffer.concat([place, Buffer.of(bytes.readInt32LE(12) + 8)]));
  const lie = (change: (copy: Buffer) => void) => {
    const copy = Buffer.from(bytes);
    change(copy);
    return messageOf(readTable(file("lie.arrow", copy)));
  };
  expect(bytes.readInt32LE(block - 4)).toBe(1);
  // The first 3 is the message's type, a batch; 4 is a tensor.
  expect(await lie((copy) => copy.writeInt8(4, bytes.indexOf(3)))).toContain("Expected RecordBatch Message");
  expect(await lie((copy) => copy.writeInt32LE(2 ** 31 - 1, block - 4))).toContain(
    "a list of 2147483647 entries in ",
  );
});
