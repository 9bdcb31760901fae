import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { simulateFlpM } from "../../src/simulate/flp-m.ts";
import { writeFlpM } from "../../src/simulate/write.ts";
import { checkSpec } from "../../src/spec/spec.ts";
import { checkpointTableToTable } from "../../src/tables/checkpoint-table.ts";
import { readTable } from "../../src/tables/read.ts";
import { readCheckpointTable } from "../../src/tables/to-checkpoint-table.ts";
import { messageOf, temporaryFolder } from "../tables/temporary.ts";

const { folder } = temporaryFolder();
const SMALL = { checkpoints: 3, questions: 20 };

test("writes the table, the truth and a sweep file", async () => {
  const out = join(folder, "new", "flp-m");
  const { files } = await writeFlpM(out, SMALL, { formats: ["parquet", "arrow"] });
  expect(files.map((file) => file.slice(out.length + 1))).toEqual([
    "checkpoints.parquet",
    "checkpoints.arrow",
    "truth.json",
    "sweep.yaml",
  ]);
  const { table, truth } = simulateFlpM(SMALL);
  for (const name of ["checkpoints.parquet", "checkpoints.arrow"]) {
    expect((await readTable(join(out, name))).columns).toEqual(checkpointTableToTable(table).columns);
  }
  expect(JSON.parse(readFileSync(join(out, "truth.json"), "utf8"))).toEqual(truth);
  const spec = checkSpec(parse(readFileSync(join(out, "sweep.yaml"), "utf8")), "sweep.yaml");
  expect(spec).toMatchObject({ table: ["checkpoints.parquet"], method: "flp-m", seed: 0 });
  expect(spec.tasks).toEqual(truth.tasks.map(({ subject }) => subject));
  expect(spec.targets).toEqual(truth.runs.filter(({ role }) => role === "target").map(({ run }) => run));
});

test("the table reads back with its shares and chance levels", async () => {
  const out = join(folder, "back");
  await writeFlpM(out, SMALL);
  const { table } = simulateFlpM(SMALL);
  const read = await readCheckpointTable(join(out, "checkpoints.parquet"));
  expect(read.mixes).toEqual(table.mixes);
  expect(read.metrics).toEqual(table.metrics);
  expect(read.c).toEqual(table.c);
  expect(read.role).toEqual(table.role);
});

test("the same seed gives the same files to the last byte", async () => {
  const [one, two] = [join(folder, "one"), join(folder, "two")];
  await writeFlpM(one, SMALL);
  await writeFlpM(two, SMALL);
  for (const name of readdirSync(one)) {
    expect(readFileSync(join(two, name)).equals(readFileSync(join(one, name)))).toBe(true);
  }
});

test("what is there is not replaced unless forced", async () => {
  const out = join(folder, "twice");
  await writeFlpM(out, SMALL);
  expect(await messageOf(writeFlpM(out, SMALL))).toContain("checkpoints.parquet: already exists");
  await writeFlpM(out, { ...SMALL, seed: 9 }, { force: true });
  expect(JSON.parse(readFileSync(join(out, "truth.json"), "utf8")).options.seed).toBe(9);
});
