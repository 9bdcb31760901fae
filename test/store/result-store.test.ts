import { readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ResultStore } from "../../src/store/result-store.ts";
import { messageOf, temporaryFolder } from "../tables/temporary.ts";
import { mounted } from "./mounted.ts";

const { folder } = temporaryFolder();
const numbers = (i: number, length = 10) => Float64Array.from({ length }, (_, k) => i + k / 7);

async function filled(name: string, count = 6): Promise<string> {
  const path = join(folder, name);
  const store = await ResultStore.open(path);
  for (let i = 0; i < count; i++) await store.put(`k${i}`, numbers(i));
  await store.flush();
  return path;
}

test("results wait together for the disk, can be had meanwhile, and are there when the store is opened again", async () => {
  const path = join(folder, "plain");
  const store = await ResultStore.open(path);
  await store.put("a", numbers(1));
  await store.put("b", { skipped: { reason: "no" } });
  expect(readdirSync(path)).toEqual([]);
  expect((await store.get(["a"])).get("a")).toEqual(numbers(1));
  await store.flush();
  expect(readdirSync(path)).toHaveLength(1);
  const again = await ResultStore.open(path);
  expect(again.size).toBe(2);
  expect(await again.get(["b", "c", "a"])).toEqual(
    new Map<string, unknown>([
      ["a", numbers(1)],
      ["b", { skipped: { reason: "no" } }],
    ]),
  );
});

test("what waits goes to the disk by itself after a while", async () => {
  const path = join(folder, "timed");
  const store = await ResultStore.open(path, { interval: 5 });
  await store.put("a", 1);
  await expect.poll(() => readdirSync(path).length).toBe(1);
});

test("a file that was cut short is told, keeps what is whole in it, and is gone", async () => {
  const path = await filled("cut");
  const [name] = readdirSync(path);
  truncateSync(join(path, name!), readFileSync(join(path, name!)).length - 40);
  const warnings: string[] = [];
  const store = await ResultStore.open(path, { onWarning: (line) => warnings.push(line) });
  expect(warnings).toEqual([
    `${join(path, name!)}: damaged (cut short or changed): 1 of its 6 results will be computed again`,
  ]);
  expect(await store.get(["k0", "k4", "k5"])).toEqual(
    new Map([
      ["k0", numbers(0)],
      ["k4", numbers(4)],
    ]),
  );
  expect(readdirSync(path)).not.toContain(name);
  expect((await ResultStore.open(path, { onWarning: () => expect.unreachable() })).size).toBe(5);
});

test("a changed byte is found when the result is asked for; the others stay", async () => {
  const path = await filled("changed");
  const file = join(path, readdirSync(path)[0]!);
  const bytes = readFileSync(file);
  bytes[bytes.length - 3]! ^= 1;
  writeFileSync(file, bytes);
  const warnings: string[] = [];
  const store = await ResultStore.open(path, { onWarning: (line) => warnings.push(line) });
  expect([...(await store.get(["k5", "k1"])).keys()]).toEqual(["k1"]);
  expect(warnings).toHaveLength(1);
  expect(store.has("k5")).toBe(false);
  await store.put("k5", numbers(5));
  await store.flush();
  expect((await ResultStore.open(path)).size).toBe(6);
});

test("what a killed program left half-written goes; a file that is none of ours stays and is none", async () => {
  const path = await filled("left");
  writeFileSync(join(path, ".0123456789ab.tmp"), "half");
  writeFileSync(join(path, "notes.txt"), "mine");
  expect((await ResultStore.open(path)).size).toBe(6);
  expect(readdirSync(path).filter((name) => !name.endsWith(".shard"))).toEqual(["notes.txt"]);
});

test("results of other parts are left out where a whole is made of parts", async () => {
  const path = join(folder, "parts");
  const store = await ResultStore.open(path);
  await store.put("own", 1);
  await store.put("others", 2, true);
  await store.flush();
  expect((await ResultStore.open(path)).size).toBe(2);
  const own = await ResultStore.open(path, { ownOnly: true });
  expect([own.has("own"), own.has("others")]).toEqual([true, false]);
});

const small = join(folder, "small");
const readOnly = join(folder, "read-only");
const canMount = mounted(small, "size=200k") && mounted(readOnly, "ro,size=200k");

describe("a disk that takes no more", () => {
  test.skipIf(!canMount)("full: said, with what is kept (skipped where mount is not permitted)", async () => {
    const path = join(small, "shards");
    const store = await ResultStore.open(path);
    await store.put("kept", numbers(1, 1000));
    await store.flush();
    await store.put("large", numbers(2, 100_000));
    const message = await messageOf(store.flush());
    expect(message).toMatch(
      /^UserError: .*\.shard: cannot be written: no space is left on the disk; 1 finished result in /,
    );
    expect(message).toContain("free some space and repeat the command to continue");
    // Nothing half-written stays, and what was finished is whole.
    expect(readdirSync(path)).toHaveLength(1);
    const again = await ResultStore.open(path, { onWarning: () => expect.unreachable() });
    expect((await again.get(["kept"])).get("kept")).toEqual(numbers(1, 1000));
  });

  test.skipIf(!canMount)("read-only: said (skipped where mount is not permitted)", async () => {
    const message = await messageOf(ResultStore.open(join(readOnly, "shards")));
    expect(message).toBe(
      `UserError: ${join(readOnly, "shards")}: cannot be written: the file system is read-only`,
    );
  });
});
