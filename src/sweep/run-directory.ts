import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { UserError } from "../errors.ts";
import { diskError } from "../store/disk-errors.ts";
import { LOCK } from "../store/lock.ts";
import { writeAtomically } from "../tables/atomic.ts";
import { quoteText, withDuckDB } from "../tables/duckdb.ts";
import { insertTable } from "../tables/duckdb-insert.ts";
import { removeLeftovers, temporaryBeside } from "./leftovers.ts";
import type { Manifest } from "./manifest.ts";
import { partName } from "./part.ts";
import type { ResultTables } from "./result-tables.ts";
import { readRunState } from "./run-state.ts";
import { isShardFolder } from "./shard-folder.ts";

const MANIFEST = "manifest.json";
/** The manifest of the run that is being replaced: a folder in which a replacement was cut short has it, and no other. */
const REPLACED = ".manifest.json.replaced";
const ENDING = ".parquet";

/**
 * The manifest of a run directory.
 *
 * @throws UserError where the folder is missing or no run directory
 */
export async function readManifest(directory: string): Promise<Manifest> {
  if (!(await isFolder(directory))) throw new UserError(`${directory}: no such run directory`);
  const manifest = await tryManifest(directory);
  if (manifest !== undefined) return manifest;
  const begun = await readRunState(directory);
  if (begun === undefined) {
    throw new UserError(`${directory}: no run directory: it has no ${MANIFEST} of lawfit`);
  }
  throw new UserError(
    begun.part === null
      ? `${directory}: the run is not finished: it has no tables yet; lawfit status ${directory} says how far it is`
      : `${directory}: shard ${partName(begun.part)} of a run has no tables of its own; lawfit merge joins the shards`,
  );
}

async function tryManifest(directory: string, name = MANIFEST): Promise<Manifest | undefined> {
  try {
    const manifest: unknown = JSON.parse(await readFile(join(directory, name), "utf8"));
    const isOurs =
      typeof manifest === "object" && manifest !== null && Reflect.get(manifest, "program") === "lawfit";
    return isOurs ? (manifest as Manifest) : undefined;
  } catch {
    return undefined;
  }
}

/** The manifest of a run directory, also of one whose replacement was cut short. */
async function manifestToReplace(directory: string): Promise<Manifest | undefined> {
  return (await tryManifest(directory)) ?? (await tryManifest(directory, REPLACED));
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

/** Path of a table of a run directory. */
export function resultPath(directory: string, table: string): string {
  return join(directory, `${table}${ENDING}`);
}

/**
 * Demands a place where a run directory may be written: nothing there yet, an empty folder, or an earlier run
 * directory, finished or not, whose tables are then replaced.
 *
 * @throws UserError
 */
export async function checkRunDirectory(directory: string): Promise<void> {
  const found = await stat(directory).catch(() => undefined);
  if (found === undefined) return;
  if (!found.isDirectory()) throw new UserError(`${directory}: is a file; allowed: a folder for the results`);
  const names = (await readdir(directory)).filter((name) => !(name.startsWith(LOCK) || isShardFolder(name)));
  if (names.length === 0 || (await manifestToReplace(directory)) !== undefined) return;
  if ((await readRunState(directory)) !== undefined) return;
  throw new UserError(
    `${directory}: the folder is not empty and is no run directory of lawfit (it has ${names[0]}); allowed: a new or ` +
      "empty folder, or an earlier run directory",
  );
}

/**
 * Writes tables (Parquet, zstd) and manifest. All files are made in a folder beside and then moved into place,
 * the manifest last: an error before that leaves nothing behind, and a program that is killed leaves no folder that
 * passes for a run. What killed programs left beside goes when the next run is written.
 *
 * @param finished tables that are on the disk already: their files are moved
 */
export async function writeRunDirectory(
  directory: string,
  tables: ResultTables,
  manifest: Manifest,
  finished: Readonly<Record<string, string>> = {},
): Promise<void> {
  const target = resolve(directory);
  await checkRunDirectory(directory);
  const parent = dirname(target);
  const isNewParent = await mkdir(parent, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw new UserError(`${directory}: cannot be written: ${error.message}`);
  });
  await removeLeftovers(target);
  const temporary = temporaryBeside(target);
  try {
    await mkdir(temporary).catch((error: NodeJS.ErrnoException) => {
      throw new UserError(`${directory}: cannot be written: ${error.message}`);
    });
    await writeTables(temporary, tables);
    for (const [name, path] of Object.entries(finished)) await rename(path, resultPath(temporary, name));
    await writeAtomically(join(temporary, MANIFEST), (path) => {
      return writeFile(path, `${JSON.stringify(manifest, null, 2)}\n`);
    });
    await moveInto(temporary, target);
  } catch (error) {
    if (isNewParent !== undefined) await rm(isNewParent, { recursive: true, force: true });
    throw diskError(error, directory, "; what was solved stays: the same command goes on from there");
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function writeTables(directory: string, tables: ResultTables): Promise<void> {
  await withDuckDB(async (connection) => {
    for (const [name, table] of Object.entries(tables)) {
      const relation = await insertTable(connection, table, name);
      await writeAtomically(resultPath(directory, name), async (path) => {
        await connection.run(
          `COPY (SELECT * FROM ${relation}) TO ${quoteText(path)} (FORMAT parquet, COMPRESSION zstd)`,
        );
      });
    }
  });
}

async function moveInto(from: string, to: string): Promise<void> {
  const earlier = await manifestToReplace(to);
  if (earlier === undefined && (await readRunState(to)) === undefined) {
    // A rename takes the place of an empty folder too.
    await rename(from, to);
    return;
  }
  const names = await readdir(from);
  // Without its manifest a half-moved directory does not pass for a run.
  await rename(join(to, MANIFEST), join(to, REPLACED)).catch(ignoreMissing);
  for (const table of Object.keys(earlier?.results ?? {})) await rm(resultPath(to, table), { force: true });
  for (const name of names.filter((one) => one !== MANIFEST)) await rename(join(from, name), join(to, name));
  await rename(join(from, MANIFEST), join(to, MANIFEST));
  await rm(join(to, REPLACED), { force: true });
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}
