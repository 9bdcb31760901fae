import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../errors.ts";
import { writeAtomically } from "../store/atomic.ts";
import { makeFolder } from "../store/disk-errors.ts";
import { demandFolderPlace } from "../store/places.ts";
import { type CheckpointTable, checkpointTableToTable } from "../tables/checkpoint-table.ts";
import { demandFree, writeTable } from "../tables/write.ts";

export const SIMULATED_FORMATS = ["parquet", "arrow", "csv"] as const;
export type SimulatedFormat = (typeof SIMULATED_FORMATS)[number];

export interface WriteSimulatedOptions {
  /** Files of the same checkpoint table to write; the sweep file reads the first. */
  formats?: readonly SimulatedFormat[];
  /** Replace files that are there. @default false */
  force?: boolean;
}

/** A simulated checkpoint table with what is true of it. */
export interface Simulated<Truth> {
  table: CheckpointTable;
  truth: Truth;
}

/** What was simulated and where it lies. */
export type Written<S> = S & {
  /** The files written, in order. */
  files: string[];
};

/**
 * Writes `checkpoints.<format>` for each format, `truth.json` and `sweep.yaml` into a folder, which is made if it is
 * not there.
 *
 * @param simulate makes the table; called once the folder is known to be free
 * @param sweepFile the text of the sweep file, given the truth and the name of the table beside it
 * @throws UserError for what `simulate` throws, a folder that is a file, or a file that is there already (unless
 * `force`); nothing is written then
 */
export async function writeSimulated<Truth, S extends Simulated<Truth>>(
  folder: string,
  simulate: () => S,
  sweepFile: (truth: Truth, table: string) => string,
  { formats = ["parquet"], force = false }: WriteSimulatedOptions,
): Promise<Written<S>> {
  const tableFiles = [...new Set(formats)].map((format) => `checkpoints.${format}`);
  const [first] = tableFiles;
  if (first === undefined)
    throw new UserError(`formats: none given; one or more of ${SIMULATED_FORMATS.join(", ")}`);
  const names = [...tableFiles, "truth.json", "sweep.yaml"];
  await checkFolder(folder, force ? [] : names);
  const simulated = simulate();
  await makeFolder(folder);
  const table = checkpointTableToTable(simulated.table);
  for (const file of tableFiles) await writeTable(join(folder, file), table);
  await writeText(join(folder, "truth.json"), `${JSON.stringify(simulated.truth, null, 2)}\n`);
  await writeText(join(folder, "sweep.yaml"), sweepFile(simulated.truth, first));
  return { ...simulated, files: names.map((name) => join(folder, name)) };
}

function writeText(path: string, text: string): Promise<void> {
  return writeAtomically(path, (temporary) => writeFile(temporary, text));
}

async function checkFolder(folder: string, mustNotExist: readonly string[]): Promise<void> {
  await demandFolderPlace(folder);
  for (const name of mustNotExist) {
    await demandFree(join(folder, name), "another folder");
  }
}
