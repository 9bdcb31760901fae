import { join } from "node:path";
import { notAmong, UserError } from "../errors.ts";
import { isFolder, shownPath } from "../store/disk-errors.ts";
import { ownFile } from "../store/places.ts";
import { type QueryOptions, queryTable } from "../tables/sql/query.ts";
import type { Table } from "../tables/table.ts";
import { type Manifest, manifestSchema, readJobJson } from "./manifest.ts";

/** Name of the file of a run directory that says what it holds. */
export const MANIFEST = "manifest.json";
const ENDING = ".parquet";

/**
 * The manifest of a run directory.
 *
 * @throws UserError where the folder is missing or is not a run directory, and where the manifest is damaged or was not
 * written by lawfit
 */
export async function readManifest(directory: string): Promise<Manifest> {
  if (!(await isFolder(directory))) throw new UserError(`${shownPath(directory)}: no such run directory`);
  const manifest = await manifestIn(directory);
  if (manifest !== undefined) return manifest;
  const { readJobState } = await import("./job-state.ts");
  const { shardName } = await import("./shard.ts");
  const begun = await readJobState(directory);
  if (begun === undefined) {
    throw new UserError(`${directory}: not a run directory: it has no ${MANIFEST} of lawfit`);
  }
  throw new UserError(
    begun.part === null
      ? `${directory}: the sweep is not finished and has no tables yet; lawfit status ${directory} shows its progress`
      : `${directory}: shard ${shardName(begun.part)} of a sweep has no tables of its own; lawfit merge joins the shards`,
  );
}

/** Whether a path is a run directory, finished or not. @throws UserError where its manifest is damaged */
export async function isJobDirectory(path: string): Promise<boolean> {
  if (!(await isFolder(path))) return false;
  if ((await manifestIn(path)) !== undefined) return true;
  const { readJobState } = await import("./job-state.ts");
  return (await readJobState(path)) !== undefined;
}

/**
 * Reads files of a run directory that belong together.
 *
 * @throws UserError as `readManifest` does, and where the job is rewritten in the meantime: what was read would belong to two jobs
 */
export async function readWhole<Content>(
  directory: string,
  read: (manifest: Manifest) => Promise<Content>,
): Promise<Content> {
  const manifest = await readManifest(directory);
  const [outcome] = await Promise.allSettled([read(manifest)]);
  const { created } = (await manifestIn(directory)) ?? {};
  if (created !== manifest.created) {
    throw new UserError(`${directory}: it was rewritten while it was being read; repeat the command`);
  }
  if (outcome.status === "rejected") throw outcome.reason;
  return outcome.value;
}

/** The manifest in a folder, if it has one of lawfit. @throws UserError where it is damaged */
export async function manifestIn(directory: string, name = MANIFEST): Promise<Manifest | undefined> {
  const manifest = await readJobJson(join(directory, name), manifestSchema);
  return manifest as Manifest | undefined;
}

/** Path of a table of a run directory. @throws UserError where a link or anything else but a file is there */
export async function resultPath(directory: string, table: string): Promise<string> {
  const path = tablePath(directory, table);
  await ownFile(path);
  return path;
}

/** Where a table of a run directory is. */
export function tablePath(directory: string, table: string): string {
  return join(directory, `${table}${ENDING}`);
}

/** Path of a table that a job has. @throws UserError where it has none of this name */
export async function namedTable(directory: string, { results }: Manifest, name: string): Promise<string> {
  const names = Object.keys(results);
  if (!names.includes(name)) throw new UserError(`${directory}: no table ${notAmong(name, names)}`);
  return resultPath(directory, name);
}

/**
 * Reads the rows of a table of a run directory for which a predicate holds.
 *
 * @param name of a result table, as in `docs/results.md`
 * @throws UserError where there is no such run directory, table or column, and for a predicate that is not SQL
 */
export async function queryJob(directory: string, name: string, options: QueryOptions = {}): Promise<Table> {
  return readWhole(directory, async (manifest) =>
    queryTable(await namedTable(directory, manifest, name), options),
  );
}
