import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CellDraws } from "../bootstrap/bootstrap-cells.ts";
import { UserError } from "../errors.ts";
import { drawsTable, MOST_DRAWS, noDraws } from "../results/draws-table.ts";
import type { ResultTables } from "../results/result-tables.ts";
import { flushFile, flushFolder, isTemporaryName, temporaryName } from "../store/atomic.ts";
import { diskError, isFolder } from "../store/disk-errors.ts";
import { LOCK } from "../store/lock.ts";
import { demandFolderPlace } from "../store/places.ts";
import type { Table } from "../tables/table.ts";
import { parquetStream, writeParquetTables } from "../tables/write.ts";
import { MANIFEST, manifestIn, tablePath } from "./job-directory.ts";
import { readJobState } from "./job-state.ts";
import type { Manifest } from "./manifest.ts";
import { isShardFolder } from "./shard.ts";

/** The manifest of the job that is being replaced: a folder in which a replacement was cut short has it, and no other. */
const REPLACED = ".manifest.json.replaced";

/** The manifest of a job directory, also of one whose replacement was cut short. */
async function manifestToReplace(directory: string): Promise<Manifest | undefined> {
  return (await manifestIn(directory)) ?? (await manifestIn(directory, REPLACED));
}

/** Files that an empty folder may have: those that file systems and lawfit itself put there. */
function isNothing(name: string): boolean {
  const bySystem = name === "lost+found" || name === ".snapshot";
  return bySystem || name.startsWith(LOCK) || isTemporaryName(name) || isShardFolder(name);
}

/**
 * Demands a place where a job directory may be written: nothing there yet, an empty folder, or an earlier job
 * directory, finished or not, whose tables are then replaced.
 *
 * @throws UserError
 */
export async function checkJobDirectory(directory: string): Promise<void> {
  await demandFolderPlace(directory);
  if (!(await isFolder(directory))) return;
  const names = (await readdir(directory)).filter((name) => !isNothing(name));
  if (names.length === 0 || (await manifestToReplace(directory)) !== undefined) return;
  if ((await readJobState(directory)) !== undefined) return;
  throw new UserError(
    `${directory}: the folder is not empty and not a run directory of lawfit (it has ${names[0]}); allowed: a new or ` +
      "empty folder, or an earlier run directory",
  );
}

/**
 * Writes tables (Parquet, zstd) and manifest. All files are made in a folder within, which may be a mount point of its own, and
 * then moved into place, the manifest last: after an error the directory is as it was, and one whose process was killed does
 * not pass for a job.
 *
 * @param directory that this process has claimed (`claimDirectory`)
 * @param finished tables that are on the disk already: their files are moved
 * @throws UserError where the disk takes no more
 */
export async function writeJobDirectory(
  directory: string,
  tables: ResultTables,
  manifest: Manifest,
  finished: Readonly<Record<string, string>> = {},
): Promise<void> {
  const temporary = join(directory, temporaryName());
  try {
    await mkdir(temporary);
    const named: [string, Table][] = Object.entries(tables);
    await writeParquetTables(named.map(([name, table]) => [tablePath(temporary, name), table]));
    for (const [name, path] of Object.entries(finished)) await rename(path, tablePath(temporary, name));
    await writeFile(join(temporary, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
    for (const name of await readdir(temporary)) await flushFile(join(temporary, name));
    await moveInto(temporary, directory);
  } catch (error) {
    throw diskError(error, directory, "; finished work is kept: repeat the command to continue");
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function moveInto(from: string, to: string): Promise<void> {
  const earlier = await manifestToReplace(to);
  const names = (await readdir(from)).filter((name) => name !== MANIFEST);
  // Without its manifest a half-moved directory does not pass for a job.
  await rename(join(to, MANIFEST), join(to, REPLACED)).catch(ignoreMissing);
  for (const table of Object.keys(earlier?.results ?? {})) await rm(tablePath(to, table), { force: true });
  for (const name of names) await rename(join(from, name), join(to, name));
  await flushFolder(to);
  await rename(join(from, MANIFEST), join(to, MANIFEST));
  await rm(join(to, REPLACED), { force: true });
  await flushFolder(to);
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}

/** Table `draws` while it is written. */
interface DrawsFile {
  add(draws: CellDraws): Promise<void>;
  /** The finished table, to be moved into the job directory. */
  finish(): Promise<{ path: string; rows: number }>;
  /** Removes its temporary files. */
  close(): Promise<void>;
}

/**
 * Opens a temporary folder in a job directory that takes the draws until the directory is written.
 *
 * @param directory that this process has claimed (`claimDirectory`)
 */
export async function openDrawsFile(directory: string): Promise<DrawsFile> {
  const folder = join(directory, temporaryName());
  const failed = (error: unknown): never => {
    throw diskError(error, directory, "; finished work is kept: repeat the command to continue");
  };
  await mkdir(folder).catch(failed);
  const stream = parquetStream(folder, drawsTable({ id: 0, task: "" }, "", noDraws, 0));
  return {
    async add({ cell, targets }) {
      for (const { target, values } of targets) {
        for (let first = 0; first < values.predicted.length; first += MOST_DRAWS) {
          await stream.append(drawsTable(cell, target, values, first)).catch(failed);
        }
      }
    },
    async finish() {
      const path = join(folder, "draws.parquet");
      return { path, rows: await stream.finish(path).catch(failed) };
    },
    async close() {
      await rm(folder, { recursive: true, force: true });
    },
  };
}
