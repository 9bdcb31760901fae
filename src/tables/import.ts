import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { entryOf, UserError } from "../errors.ts";
import { countOf, visibleLine } from "../text.ts";
import { type CheckpointTable, checkpointTableToTable } from "./checkpoint-table.ts";
import { isAddress } from "./files.ts";
import { dataMixing } from "./importers/data-mixing.ts";
import { dataDecide } from "./importers/datadecide.ts";
import { everyEvalEver } from "./importers/every-eval-ever.ts";
import type { Imported, Importer, ImportOptions } from "./importers/importer.ts";
import { lmEval } from "./importers/lm-eval.ts";
import { lossToLoss } from "./importers/loss-to-loss.ts";
import { marin } from "./importers/marin.ts";
import { olmes } from "./importers/olmes.ts";
import { olmoCore } from "./importers/olmo-core.ts";
import { olmoLadder } from "./importers/olmo-ladder.ts";
import { otherLayout, recognise } from "./importers/recognise.ts";
import { wandb } from "./importers/wandb.ts";
import { wide } from "./importers/wide.ts";
import { localCopies } from "./remote.ts";
import { checkWritable, writeTable } from "./write.ts";

/** All importers, those whose layouts are the most particular first. A new one is one record here. */
export const IMPORTERS: readonly Importer[] = [
  olmoLadder,
  lossToLoss,
  dataMixing,
  dataDecide,
  olmes,
  olmoCore,
  marin,
  everyEvalEver,
  lmEval,
  wandb,
  wide,
];

/** Name that stands for the importer whose layout the paths look like. */
export const AUTO = "auto";

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

export interface ImportTableOptions extends ImportOptions {
  /** Whether a file that is there is replaced. @default false */
  force?: boolean;
}

/**
 * Reads run files and writes them as a checkpoint table.
 *
 * @param name name of the importer, or `auto`
 * @param paths folder, or files and globs, of the run files, as the importer needs
 * @param path table to write: .parquet, .arrow, .feather or .csv
 * @param options what the user says beside the paths, for the importers that take it
 * @throws UserError for an unknown importer, paths that do not hold its files, or a path that cannot
 * be written or is taken; nothing is written then
 */
export async function importTable(
  name: string,
  paths: string | readonly string[],
  path: string,
  { force = false, ...options }: ImportTableOptions = {},
): Promise<ImportSummary> {
  if (name !== AUTO) findImporter(name);
  await checkWritable(path, force);
  const given = typeof paths === "string" ? [paths] : paths;
  const { table, notes } = await withLocal(given, (local) => importFrom(name, local, options));
  await writeTable(path, checkpointTableToTable(table));
  return { path, notes, ...countTable(table) };
}

/** Reads paths, of which addresses are copied to this machine for as long as it takes. */
async function withLocal<Result>(
  paths: readonly string[],
  read: (local: readonly string[]) => Promise<Result>,
): Promise<Result> {
  if (!paths.some(isAddress)) return read(paths);
  const folder = await mkdtemp(join(tmpdir(), "lawfit-import-"));
  try {
    return await read(await localCopies(paths, folder));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Reads paths by an importer, or by the one whose layout they look like. */
async function importFrom(name: string, paths: readonly string[], options: ImportOptions): Promise<Imported> {
  if (name === AUTO) {
    const { importer, by } = await recognise(paths, IMPORTERS);
    checkReadsQuestions(importer, options);
    const { table, notes } = await importer.read(paths, options);
    return { table, notes: [`recognised as ${importer.name}, by ${by}`, ...notes] };
  }
  const importer = findImporter(name);
  checkReadsQuestions(importer, options);
  try {
    return await importer.read(paths, options);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`${error.message}${await otherLayout(paths, IMPORTERS, importer)}`);
  }
}

/** @throws UserError where groups of questions are asked of an importer that reads no answers to questions */
function checkReadsQuestions({ name, readsQuestions }: Importer, { questionGroups }: ImportOptions): void {
  if (questionGroups === undefined || readsQuestions) return;
  const able = IMPORTERS.flatMap(({ name, readsQuestions }) => (readsQuestions ? [name] : []));
  throw new UserError(
    `--question-groups: importer ${name} reads no answers to single questions; allowed: with ${able.join(", ")}`,
  );
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
