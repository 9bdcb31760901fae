import { readdir, rm, rmdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { UserError } from "../errors.ts";
import { stopIfAsked } from "../plan/interrupted.ts";
import { isTemporaryName, temporaryName, writeAtomically } from "../store/atomic.ts";
import { makeFolder } from "../store/disk-errors.ts";
import { LOCK, type LockOptions, lockDirectory } from "../store/lock.ts";
import { ownFolder } from "../store/places.ts";
import { ResultStore } from "../store/result-store.ts";
import { jobDifferences } from "./job-differences.ts";
import { JOB_STATE, type JobState, readJobState, writeJobState } from "./job-state.ts";
import { PROGRESS_FILE } from "./job-status.ts";
import { checkJobDirectory } from "./write-directory.ts";

/** Folder of a job directory that holds its finished work. */
export const PACKS = "shards";

/** A job directory that this process writes. */
export interface OpenJob {
  store: ResultStore;
  /** Number of results that the directory already had. */
  kept: number;
  /** Records that all work of the job is done. */
  finish(): Promise<void>;
  /** Releases the directory, as the function that `claimDirectory` returns does. */
  close(): Promise<void>;
}

/** Smallest size of a job in bytes: 17 tables and five other files, in blocks of 4 kB. */
const LEAST_SPACE = 22 * 4096;

/**
 * Demands that the finished work of a job directory belongs to this sweep.
 *
 * @throws UserError with each difference
 */
export async function demandSameJob(directory: string, state: JobState): Promise<void> {
  const before = await readJobState(directory);
  const differences = before === undefined ? [] : jobDifferences(before, state);
  if (differences.length === 0) return;
  throw new UserError(
    `${directory}: holds another sweep: ${differences.join("; ")}; allowed: the same sweep, to continue it, --fresh, to ` +
      "start over, or another --out",
  );
}

/**
 * Locks a directory for this process, creates it if it is missing, and checks that it can be written.
 *
 * @returns a function that releases the lock and removes a new directory without any finished work
 * @throws UserError where another process has it, or it cannot be written
 * @throws Interrupted where the signal ends the wait for another process
 */
export async function claimDirectory(
  directory: string,
  waiting: Pick<LockOptions, "onWaiting" | "signal"> = {},
): Promise<() => Promise<void>> {
  await checkJobDirectory(directory);
  const made = await makeFolder(directory);
  const release = await lockDirectory(directory, waiting).catch(async (error: unknown) => {
    await removeMade(directory, made);
    stopIfAsked(waiting.signal);
    throw error;
  });
  const close = async (): Promise<void> => {
    // While it is locked: afterwards others may be at work there.
    if (made !== undefined && (await isBare(directory))) {
      for (const name of OWN) await rm(join(directory, name), { recursive: true, force: true });
    }
    await release();
    await removeMade(directory, made);
  };
  try {
    await removeLeftovers(directory);
    await tryWriting(directory);
    return close;
  } catch (error) {
    await close();
    throw error;
  }
}

/** Writes a file of the smallest size of a job, in the way that all others are written, and removes it. */
async function tryWriting(directory: string): Promise<void> {
  const path = join(directory, temporaryName());
  await writeAtomically(path, (temporary) => writeFile(temporary, Buffer.alloc(LEAST_SPACE, 1))).catch(
    (error: unknown) => {
      if (!(error instanceof UserError)) throw error;
      throw new UserError(error.message.replace(path, directory));
    },
  );
  await rm(path, { force: true });
}

/**
 * Locks a job directory for this process, and begins a job in it or continues the one that is there.
 *
 * @param fresh whether what was finished there is thrown away
 * @throws UserError where another process has it, it holds another job, or it cannot be written
 */
export async function openJob(
  directory: string,
  state: JobState,
  {
    fresh,
    ownOnly = false,
    fill,
    onWarning,
    ...waiting
  }: {
    fresh: boolean;
    /** Whether results that other shards of the job own are left out of the store. */
    ownOnly?: boolean;
    /** Puts finished work into the folder of packs before the store reads it. */
    fill?: (packs: string) => Promise<void>;
    onWarning?: ((line: string) => void) | undefined;
  } & Pick<LockOptions, "onWaiting" | "signal">,
): Promise<OpenJob> {
  const close = await claimDirectory(directory, waiting);
  const packs = join(directory, PACKS);
  try {
    await ownFolder(packs);
    if (fresh) {
      await rm(join(directory, JOB_STATE), { force: true });
      await rm(packs, { recursive: true, force: true });
    }
    await demandSameJob(directory, state);
    const begun = (await readJobState(directory))?.begun ?? state.begun;
    await writeJobState(directory, { ...state, begun });
    await fill?.(packs);
    const store = await ResultStore.open(packs, { onWarning, ownOnly });
    return {
      store,
      kept: store.size,
      async finish() {
        await store.flush();
        await writeJobState(directory, { ...state, begun, finished: new Date().toISOString() });
      },
      async close() {
        // Also after an error: what was finished before it is kept.
        await store.flush().catch(() => {});
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Removes the folders that were made for a directory, unless they were put to use. */
async function removeMade(directory: string, made: string | undefined): Promise<void> {
  if (made === undefined) return;
  for (let folder = resolve(directory); ; folder = dirname(folder)) {
    const isGone = await rmdir(folder).then(
      () => true,
      () => false,
    );
    if (!isGone || folder === resolve(made)) return;
  }
}

/** The files and folders that opening a directory creates. */
const OWN = [JOB_STATE, PACKS, PROGRESS_FILE];

/** Whether a directory holds only these, and no finished work. A shard that owns no problem has finished without any. */
async function isBare(directory: string): Promise<boolean> {
  const state = await readJobState(directory).catch(() => undefined);
  if (state !== undefined && state.finished !== null) return false;
  const entries = await readdir(directory).catch(() => undefined);
  if (entries === undefined) return false;
  const names = entries.filter((name) => !name.startsWith(LOCK));
  if (names.some((name) => !OWN.includes(name))) return false;
  return !names.includes(PACKS) || (await readdir(join(directory, PACKS))).length === 0;
}

/** Removes temporary files that killed processes left in a job directory. Only the holder of its lock may do so: others may be writing there. */
async function removeLeftovers(directory: string): Promise<void> {
  for (const name of (await readdir(directory)).filter(isTemporaryName)) {
    await rm(join(directory, name), { recursive: true, force: true });
  }
}
