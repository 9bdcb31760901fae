import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { formatImportSummary, importTable } from "../../src/tables/import.ts";
import { readCheckpointTable } from "../../src/tables/to-checkpoint-table.ts";
import { messageOf, temporaryFolder } from "./temporary.ts";

const { folder, file } = temporaryFolder();
const runs = join(folder, "ladder");
mkdirSync(runs);
const lines = "_step,batch_size_in_tokens,eval/pile-validation/CrossEntropyLoss\n1,10,3\n2,10,2.5\n";
file("ladder/190M-1xC.csv", lines);
file("ladder/peteish13_eval_final.csv", lines);

test("writes the table and counts what it holds", async () => {
  const path = join(folder, "ladder.parquet");
  const summary = await importTable("olmo-ladder", runs, path);
  expect(summary).toMatchObject({
    path,
    rows: 4,
    runs: 2,
    targets: 1,
    checkpoints: 4,
    subjects: 1,
    metrics: ["loss"],
  });
  expect(formatImportSummary(summary)).toContain(
    `wrote ${path}: 4 rows, 2 runs (1 target), 4 checkpoints, 1 subject, metrics loss\n`,
  );
  expect(formatImportSummary(summary)).toContain(
    "  190M-2xC.csv: missing, so 190M-2xC has fewer rows or none\n",
  );
  expect((await readCheckpointTable(path)).metrics.get("loss")).toEqual(Float64Array.of(3, 2.5, 3, 2.5));
});

test("a file that is there is kept, unless it may be replaced", async () => {
  const path = file("mine.csv", "notes of mine");
  expect(await messageOf(importTable("olmo-ladder", runs, path))).toBe(
    `UserError: ${path}: already exists; give another --out, or --force to replace it`,
  );
  expect(readFileSync(path, "utf8")).toBe("notes of mine");
  expect((await importTable("olmo-ladder", runs, path, { force: true })).rows).toBe(4);
  expect(readFileSync(path, "utf8")).toMatch(/^run,/);
});

test("writes nothing where something is wrong", async () => {
  const path = join(folder, "none.parquet");
  expect(await messageOf(importTable("olmo", runs, path))).toContain('unknown importer "olmo"');
  expect(await messageOf(importTable("olmo-ladder", join(folder, "gone"), path))).toContain("no such folder");
  expect(await messageOf(importTable("olmo-ladder", runs, join(folder, "none.txt")))).toContain(
    "allowed endings",
  );
  file("ladder/370M-1xC.csv", lines.replace("2.5", "x"));
  expect(await messageOf(importTable("olmo-ladder", runs, path))).toContain('"x" is not a number');
  expect(existsSync(path)).toBe(false);
});
