import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  packBytes,
  packName,
  packResult,
  readPackIndex,
  readResults,
  unpack,
} from "../../src/store/pack-file.ts";
import { temporaryFolder } from "../tables/temporary.ts";

const { folder } = temporaryFolder();

const values = [
  { solution: { parameters: Float64Array.of(-0, Number.NaN, Number.POSITIVE_INFINITY, 5e-324), starts: 3 } },
  { skipped: { reason: "a b\nc" } },
  { leftOut: [undefined, Float64Array.of(0.1 + 0.2)], degenerate: Uint8Array.of(1, 0, 255) },
];

async function written(name: string) {
  const packed = values.map((value, i) => packResult(`key${i}`, value, i === 1));
  const path = join(folder, name);
  const bytes = packBytes(packed);
  writeFileSync(path, bytes);
  return { path, bytes, packed };
}

test("what is read is bit for bit what was written, one by one or together", async () => {
  const { path } = await written("whole");
  const index = (await readPackIndex(path))!;
  expect(index.entries.map(({ key, borrowed }) => [key, borrowed])).toEqual([
    ["key0", false],
    ["key1", true],
    ["key2", false],
  ]);
  expect(index.fileSize).toBe(index.size);
  const together = await readResults(path, index.head, index.entries);
  expect(together.map((one) => unpack(one!))).toStrictEqual(values);
  for (const [i, entry] of index.entries.entries()) {
    const [alone] = await readResults(path, index.head, [entry]);
    expect(unpack(alone!)).toStrictEqual(values[i]);
  }
});

test("a file that was cut short says so, and has the results before the cut", async () => {
  const { path, bytes } = await written("cut");
  writeFileSync(path, bytes.subarray(0, bytes.length - 5));
  const index = (await readPackIndex(path))!;
  expect(index.fileSize).toBe(index.size - 5);
  const read = await readResults(path, index.head, index.entries);
  expect(read.map((one) => one?.key)).toEqual(["key0", "key1", undefined]);
});

test("a changed byte is found", async () => {
  const { path, bytes } = await written("changed");
  const index = (await readPackIndex(path))!;
  bytes[index.head + index.entries[1]!.offset + 3]! ^= 1;
  writeFileSync(path, bytes);
  const read = await readResults(path, index.head, index.entries);
  expect(read.map((one) => one?.key)).toEqual(["key0", undefined, "key2"]);
});

test.each([
  ["nothing", ""],
  ["another file", "hello\nworld\n"],
  ["JSON of another kind", '{"format":"x"}\n'],
])("%s is not a pack", async (_, text) => {
  const path = join(folder, "other");
  writeFileSync(path, text);
  expect(await readPackIndex(path)).toBeUndefined();
});

test("a file's name is that of its content", async () => {
  const { packed } = await written("a");
  expect(packName(packed)).toBe(packName((await written("b")).packed));
  expect(packName(packed)).not.toBe(packName(packed.slice(1)));
});
