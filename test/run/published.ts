import { rmSync } from "node:fs";
import { copyFile, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Problem } from "../../src/solve/problem.ts";
import { importTable } from "../../src/tables/import.ts";
import { readTable } from "../../src/tables/read.ts";
import { cell, type Table } from "../../src/tables/table.ts";
import { sharedFolder } from "../shared-data.ts";

/** Folder of the OLMo ladder's runs and of the numbers published for them. */
export const olmoLadderFolder = join(sharedFolder, "data", "olmo-ladder");

let imported: Promise<string> | undefined;

/** Writes the checkpoint table of the OLMo runs to a path. They are imported once a process. */
export async function writeOlmoLadder(path: string): Promise<void> {
  imported ??= importOnce();
  await copyFile(await imported, path);
}

async function importOnce(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "lawfit-test-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "ladder.parquet");
  await importTable("olmo-ladder", olmoLadderFolder, path);
  return path;
}

/** The tasks of Bhagia et al. (2024). */
export const TASKS = [
  ...["mmlu_avg_test", "hellaswag_val", "arc_challenge_test", "arc_easy_test"],
  ...["piqa_val", "csqa_val", "socialiqa_val", "openbookqa_test"],
];

export type Row = Record<string, string | number | boolean | null>;

export function rowsOf(table: Table): Row[] {
  return Array.from({ length: table.rows }, (_, row) =>
    Object.fromEntries(table.columns.map((column) => [column.name, cell(column, row)])),
  );
}

/** A table of numbers expected on the real runs. */
export async function published(name: string): Promise<Row[]> {
  return rowsOf(await readTable(join(olmoLadderFolder, "expected", `${name}.csv`)));
}

/** Sum of losses of a problem at given parameters, written out once more. */
export function objectiveAt(
  { form, variables, response, loss, residual }: Problem,
  parameters: readonly number[],
): number {
  let sum = 0;
  response.forEach((y, i) => {
    const prediction = form.value(
      parameters,
      variables.map((values) => values[i]!),
    );
    const r = Math.abs(residual === "log" ? Math.log(prediction) - Math.log(y) : prediction - y);
    sum += loss.kind === "huber" && r > loss.delta ? loss.delta * (r - loss.delta / 2) : (r * r) / 2;
  });
  return sum;
}
