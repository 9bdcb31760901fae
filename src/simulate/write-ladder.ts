import { mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../errors.ts";
import { writeAtomically } from "../tables/atomic.ts";
import { checkpointTableToTable } from "../tables/checkpoint-table.ts";
import { writeTable } from "../tables/write.ts";
import { type SimulatedLadder, simulateLadder } from "./ladder.ts";
import type { LadderOptions } from "./ladder-options.ts";
import { ladderSweepFile } from "./ladder-sweep.ts";

export const LADDER_FORMATS = ["parquet", "arrow", "csv"] as const;
export type LadderFormat = (typeof LADDER_FORMATS)[number];

export interface WriteLadderOptions {
  /** Files of the same checkpoint table to write; the sweep file reads the first. @default parquet, arrow */
  formats?: readonly LadderFormat[];
  /** Replace files that are there. @default false */
  force?: boolean;
}

export interface WrittenLadder extends SimulatedLadder {
  /** The files written, in order. */
  files: string[];
}

/**
 * Simulates a ladder and writes `checkpoints.parquet`, `checkpoints.arrow`, `truth.json` and `sweep.yaml`
 * into a folder, which is made if it is not there.
 *
 * @throws UserError for a bad option, a folder that is a file, or a file that is there already (unless
 * `force`); nothing is written then
 */
export async function writeLadder(
  folder: string,
  options: LadderOptions = {},
  { formats = ["parquet", "arrow"], force = false }: WriteLadderOptions = {},
): Promise<WrittenLadder> {
  const tableFiles = [...new Set(formats)].map((format) => `checkpoints.${format}`);
  const [first] = tableFiles;
  if (first === undefined)
    throw new UserError(`formats: none given; one or more of ${LADDER_FORMATS.join(", ")}`);
  const names = [...tableFiles, "truth.json", "sweep.yaml"];
  await checkFolder(folder, force ? [] : names);
  const simulated = simulateLadder(options);
  await mkdir(folder, { recursive: true });
  const table = checkpointTableToTable(simulated.table);
  for (const file of tableFiles) await writeTable(join(folder, file), table);
  await writeText(join(folder, "truth.json"), `${JSON.stringify(simulated.truth, null, 2)}\n`);
  await writeText(join(folder, "sweep.yaml"), ladderSweepFile(simulated.truth, first));
  return { ...simulated, files: names.map((name) => join(folder, name)) };
}

function writeText(path: string, text: string): Promise<void> {
  return writeAtomically(path, (temporary) => writeFile(temporary, text));
}

async function checkFolder(folder: string, mustNotExist: readonly string[]): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found !== undefined && !found.isDirectory()) {
    throw new UserError(`${folder}: is a file; a folder to write into is needed`);
  }
  for (const name of mustNotExist) {
    const path = join(folder, name);
    if ((await stat(path).catch(() => undefined)) === undefined) continue;
    throw new UserError(`${path}: is there already; give another folder, or --force to replace it`);
  }
}
