import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { simulateLadder } from "../../src/simulate/ladder.ts";
import { writeLadder } from "../../src/simulate/write.ts";
import { checkSpec } from "../../src/spec/spec.ts";
import { checkpointTableToTable } from "../../src/tables/checkpoint-table.ts";
import { readTable } from "../../src/tables/read.ts";
import { messageOf, temporaryFolder } from "../tables/temporary.ts";

const { folder, file } = temporaryFolder();
const SMALL = { tasks: 2, sizes: [100e6, 200e6], multiples: [1], checkpoints: 6 };

test("writes the table, the truth and a sweep file", async () => {
  const out = join(folder, "new", "ladder");
  const { files } = await writeLadder(out, SMALL);
  expect(readdirSync(out).sort()).toEqual([
    "checkpoints.arrow",
    "checkpoints.parquet",
    "sweep.yaml",
    "truth.json",
  ]);
  expect(files.every(existsSync)).toBe(true);
  const { table, truth } = simulateLadder(SMALL);
  for (const name of ["checkpoints.parquet", "checkpoints.arrow"]) {
    expect((await readTable(join(out, name))).columns).toEqual(checkpointTableToTable(table).columns);
  }
  expect(JSON.parse(readFileSync(join(out, "truth.json"), "utf8"))).toEqual(truth);
  const spec = checkSpec(parse(readFileSync(join(out, "sweep.yaml"), "utf8")), "sweep.yaml");
  expect(spec).toMatchObject({
    table: ["checkpoints.parquet"],
    method: "ladder",
    tasks: ["task1", "task2"],
    targets: ["7B-4T", "13B-5T"],
  });
});

test("the same seed gives the same files to the last byte", async () => {
  const [one, two] = [join(folder, "one"), join(folder, "two")];
  await writeLadder(one, SMALL);
  await writeLadder(two, SMALL);
  for (const name of readdirSync(one)) {
    expect(readFileSync(join(two, name)).equals(readFileSync(join(one, name)))).toBe(true);
  }
});

test("other formats: the sweep file reads the first", async () => {
  const out = join(folder, "csv");
  await writeLadder(out, SMALL, { formats: ["csv", "arrow", "csv"] });
  expect(readdirSync(out).sort()).toEqual([
    "checkpoints.arrow",
    "checkpoints.csv",
    "sweep.yaml",
    "truth.json",
  ]);
  expect(parse(readFileSync(join(out, "sweep.yaml"), "utf8")).table).toBe("checkpoints.csv");
});

test("what is there is not replaced, and nothing is written beside it, unless forced", async () => {
  const path = file("truth.json", "mine");
  const before = readdirSync(folder).sort();
  expect(await messageOf(writeLadder(folder, SMALL))).toBe(
    `UserError: ${path}: already exists; give another folder, or --force to replace it`,
  );
  expect(readdirSync(folder).sort()).toEqual(before);
  expect(readFileSync(path, "utf8")).toBe("mine");
  await writeLadder(folder, SMALL, { force: true });
  expect(JSON.parse(readFileSync(path, "utf8")).options.tasks).toBe(2);
});

test("a bad option or folder leaves nothing behind", async () => {
  const out = join(folder, "never");
  expect(await messageOf(writeLadder(out, { ...SMALL, tasks: 0 }))).toContain(
    "tasks: 0; allowed: a whole number from 1 to 1000",
  );
  expect(await messageOf(writeLadder(out, SMALL, { formats: [] }))).toContain("formats: none given");
  expect(existsSync(out)).toBe(false);
  const taken = join(folder, "taken");
  writeFileSync(taken, "a file");
  expect(await messageOf(writeLadder(taken, SMALL, { force: true }))).toContain(`${taken}: is a file`);
  expect(statSync(taken).size).toBe(6);
});
