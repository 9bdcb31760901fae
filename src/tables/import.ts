import { entryOf } from "../errors.ts";
import { countOf, visibleLine } from "../text.ts";
import { type CheckpointTable, checkpointTableToTable } from "./checkpoint-table.ts";
import { dataMixing } from "./importers/data-mixing.ts";
import type { Importer } from "./importers/importer.ts";
import { lossToLoss } from "./importers/loss-to-loss.ts";
import { olmoLadder } from "./importers/olmo-ladder.ts";
import { checkWritable, writeTable } from "./write.ts";

/** All importers. A new one is one record here. */
export const IMPORTERS: readonly Importer[] = [olmoLadder, lossToLoss, dataMixing];

/** The importer of that name. @throws UserError with all names and the nearest one where there is none */
export function findImporter(name: string): Importer {
  const byName = new Map(IMPORTERS.map((importer) => [importer.name, importer]));
  return entryOf(byName, name, "unknown importer");
}

/** A summary of an import. */
export interface ImportSummary {
  path: string;
  rows: number;
  runs: number;
  targets: number;
  /** Number of pairs of a run and a checkpoint. */
  checkpoints: number;
  subjects: number;
  metrics: string[];
  /** What was left out and why, one line each. */
  notes: string[];
}

export interface ImportOptions {
  /** Whether a file that is there is replaced. @default false */
  force?: boolean;
}

/**
 * Reads run files and writes them as a checkpoint table.
 *
 * @param name name of the importer
 * @param paths folder, or files and globs, of the run files, as the importer needs
 * @param path table to write: .parquet, .arrow, .feather or .csv
 * @throws UserError for an unknown importer, paths that do not hold its files, or a path that cannot
 * be written or is taken; nothing is written then
 */
export async function importTable(
  name: string,
  paths: string | readonly string[],
  path: string,
  { force = false }: ImportOptions = {},
): Promise<ImportSummary> {
  const importer = findImporter(name);
  await checkWritable(path, force);
  const { table, notes } = await importer.read(typeof paths === "string" ? [paths] : paths);
  await writeTable(path, checkpointTableToTable(table));
  return { path, notes, ...countTable(table) };
}

function countTable(table: CheckpointTable) {
  const targets = new Set(table.run.filter((_, row) => table.role[row] === "target"));
  return {
    rows: table.rows,
    runs: new Set(table.run).size,
    targets: targets.size,
    checkpoints: new Set(table.run.map((run, row) => `${run}\n${table.d[row]}`)).size,
    subjects: new Set(table.subject).size,
    metrics: [...table.metrics.keys()],
  };
}

/** An import summary as text for people. */
export function formatImportSummary(summary: ImportSummary): string {
  const { path, rows, runs, targets, checkpoints, subjects, metrics, notes } = summary;
  const counts =
    `wrote ${path}: ${countOf(rows, "row")}, ${countOf(runs, "run")} (${countOf(targets, "target")}), ` +
    `${countOf(checkpoints, "checkpoint")}, ${countOf(subjects, "subject")}, metrics ${metrics.join(", ")}`;
  return `${visibleLine(counts)}\n${notes.map((note) => `  ${visibleLine(note)}\n`).join("")}`;
}
