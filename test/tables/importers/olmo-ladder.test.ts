import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { locate } from "../../../src/tables/checkpoint-table.ts";
import { olmoLadder } from "../../../src/tables/importers/olmo-ladder.ts";
import { messageOf, temporaryFolder } from "../temporary.ts";

const { folder, file } = temporaryFolder();

const parts = ["stem", "humanities", "social_sciences", "other"];

const header = [
  "_step",
  "batch_size_in_tokens",
  "eval/c4_en-validation/CrossEntropyLoss",
  "eval/downstream_soft_log/piqa_val_rc_5shot_soft_log",
  ...parts.map((part) => `eval/downstream_bpb/mmlu_${part}_test_rc_5shot_bpb`),
];

function put(name: string, lines: readonly string[]): string {
  mkdirSync(join(folder, name, ".."), { recursive: true });
  return file(name, `${lines.join("\n")}\n`);
}

test("a ladder with one run and early checkpoints of a target", async () => {
  put("some/190M-1xC.csv", [
    [...header, "throughput/total_tokens", "learning_rate_peak"].join(","),
    "200,10,3.5,-0.75,1,2,3,4,2000.75,0.1",
    "400,10,3.25,-0.5,2,2,2,2,4000.0,0.1",
  ]);
  put("some/peteish7_eval_170k-450k.csv", [header.join(","), "170000,4194304,2.5,-0.25,1,1,1,1"]);
  put("some/peteish1.csv", ["_step", "1"]);
  put("some/notes.txt", ["no table"]);
  const { table, notes } = await olmoLadder.read([join(folder, "some")]);
  expect(table.rows).toBe(3 * 7);
  expect(table.subject.slice(0, 7)).toEqual([
    "c4",
    "piqa_val",
    "mmlu_stem_test",
    "mmlu_humanities_test",
    "mmlu_social_sciences_test",
    "mmlu_other_test",
    "mmlu_avg_test",
  ]);
  expect(table.metrics.get("loss")?.[6]).toBeCloseTo(0.215 + 2 * 0.335 + 3 * 0.219 + 4 * 0.231, 12);
  expect(table.metrics.get("ce")?.[1]).toBe(0.75);
  expect(table.d[0]).toBe(2000);
  expect(table.c[7]).toBe(4000 * 1903391232);
  expect(table.n[0]).toBe(190354176);
  expect([table.run[14], table.role[14], table.phase[14], table.d[14]]).toEqual([
    "7B-4T",
    "target",
    "early",
    170000 * 4194304,
  ]);
  expect(table.phase[0]).toBeNull();
  expect(locate(table, 13)).toBe(`${join(folder, "some", "190M-1xC.csv")}, row 2 (line 3)`);
  expect(notes).toContain("peteish1.csv: ignored because it is not a run file of the ladder");
  expect(notes).toContain("370M-1xC.csv: missing, so 370M-1xC has fewer rows or none");
  expect(notes).toContain("column learning_rate_peak: left out because it is not a metric");
  expect(notes.some((note) => note.includes("notes.txt"))).toBe(false);
});

test("released runs beside the paper's 16 are runs to fit, of a family of their own", async () => {
  for (const name of ["3B-1xC", "190M-0.5xC", "190M-1xC-rerun", "190M-1xC"]) {
    put(`released/${name}.csv`, [header.join(","), "2,10,3.5,-0.75,1,2,3,4"]);
  }
  const { table, notes } = await olmoLadder.read([join(folder, "released")]);
  const runs = new Map(
    table.run.map((run, row) => [
      run,
      [table.role[row], table.family[row], table.n[row], table.c[row]! / table.d[row]!],
    ]),
  );
  expect(Object.fromEntries(runs)).toEqual({
    "190M-1xC": ["fit", "olmo-ladder", 190354176, 1903391232],
    "190M-0.5xC": ["fit", "olmo-ladder-further", 190354176, 1903391232],
    "190M-1xC-rerun": ["fit", "olmo-ladder-further", 190354176, 1903391232],
    "3B-1xC": ["fit", "olmo-ladder-further", 3169537280, 22970355200],
  });
  expect(notes[0]).toBe(
    "3 runs beside the paper's 16, of family olmo-ladder-further, to fit too: 190M-0.5xC, 190M-1xC-rerun, 3B-1xC; " +
      "the paper's alone: axes: {runs: \"family = 'olmo-ladder'\"}",
  );
});

test("the run files may be in a folder runs", async () => {
  put("data/runs/1B-10xC.csv", [header.join(","), "1,10,3.5,-0.75,1,2,3,4"]);
  const { table } = await olmoLadder.read([join(folder, "data")]);
  expect([table.run[0], table.n[0], table.d[0]]).toEqual(["1B-10xC", 1279395840, 10]);
});

test("two paths, folders that are not there, or hold no ladder", async () => {
  expect(await messageOf(olmoLadder.read(["a", "b"]))).toBe(
    "UserError: olmo-ladder: 2 paths (a, b); allowed: one folder of run files",
  );
  expect(await messageOf(olmoLadder.read([join(folder, "gone")]))).toBe(
    `UserError: ${join(folder, "gone")}: no such folder`,
  );
  put("other/190M-1xc.csv", ["a", "1"]);
  expect(await messageOf(olmoLadder.read([join(folder, "other")]))).toContain(
    "other: no run file of the OLMo ladder; found 190M-1xc.csv; at least one of 190M-1xC.csv, 190M-2xC.csv",
  );
});

test.each([
  ["columns", ["a,b", "1,2"], 'no column "_step"'],
  ["batch", ["_step,eval/c4_en-validation/CrossEntropyLoss", "1,2"], 'no column "batch_size_in_tokens"'],
  ["metrics", ["_step,batch_size_in_tokens", "1,2"], 'no column "eval/c4_en-validation/CrossEntropyLoss"'],
  [
    "text",
    [header.join(","), "1,2,x,1,1,1,1,1"],
    'row 1 (line 2), column "eval/c4_en-validation/CrossEntropyLoss": "x"',
  ],
  ["none", [header.join(",")], "the table has no rows"],
])("a run file that is not what it should be: %s", async (name, lines, message) => {
  const path = put(`${name}/190M-1xC.csv`, lines);
  const error = await messageOf(olmoLadder.read([join(folder, name)]));
  expect(error).toContain(`UserError: ${path}`);
  expect(error).toContain(message);
});
