import { readdir, rm, rmdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { UserError } from "../errors.ts";
import { stopIfAsked } from "../plan/interrupted.ts";
import { isTemporaryName, temporaryName, writeAtomically } from "../store/atomic.ts";
import { makeFolder } from "../store/disk-errors.ts";
import { LOCK, type LockOptions, lockDirectory } from "../store/lock.ts";
import { ownFolder } from "../store/places.ts";
import { ResultStore } from "../store/result-store.ts";
import { checkJobDirectory } from "./job-directory.ts";
import { JOB_STATE, type JobState, jobDifferences, readJobState, writeJobState } from "./job-state.ts";
import { PROGRESS_FILE } from "./job-status.ts";

/** Folder of a job directory that has its finished work. */
export const PACKS = "shards";

/** A job directory that this process writes. */
export interface OpenJob {
  store: ResultStore;
  /** Results that were there. */
  keptResults: number;
  /** Says that all of its work is done. */
  finish(): Promise<void>;
  /** As `claimDirectory` gives it. */
  close(): Promise<void>;
}

/** Bytes that a job takes at least: 17 tables and five other files, in blocks of 4 kB. */
const LEAST_SPACE = 22 * 4096;

/**
 * Demands that what a job directory holds is of this sweep.
 *
 * @throws UserError with each difference
 */
export async function demandSameJob(directory: string, state: JobState): Promise<void> {
  const before = await readJobState(directory);
  const differences = before === undefined ? [] : jobDifferences(before, state);
  if (differences.length === 0) return;
  throw new UserError(
    `${directory}: holds another run: ${differences.join("; ")}; allowed: the same sweep, which goes on, --fresh, which ` +
      "starts over, or another --out",
  );
}

/**
 * Takes a directory for this process, which is made where it is missing, and tries whether it can be written.
 *
 * @returns lets others have it; a new directory without any finished work is removed
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

/** Writes a file as long as a job is at least, as all others are written, and removes it. */
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
 * Takes a job directory for this process: makes it or goes on in it.
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
    /** Whether what other shards of the job own is left out of the store. */
    ownOnly?: boolean;
    /** Puts finished work into the folder before it is read. */
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
      keptResults: store.size,
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

/** What opening a directory makes. */
const OWN = [JOB_STATE, PACKS, PROGRESS_FILE];

/** Whether a directory holds nothing but that, and no finished work. */
async function isBare(directory: string): Promise<boolean> {
  const entries = await readdir(directory).catch(() => undefined);
  if (entries === undefined) return false;
  const names = entries.filter((name) => !name.startsWith(LOCK));
  if (names.some((name) => !OWN.includes(name))) return false;
  return !names.includes(PACKS) || (await readdir(join(directory, PACKS))).length === 0;
}

/** Removes what programs that were killed left in a job directory. Only who has its lock may: others may be writing there. */
async function removeLeftovers(directory: string): Promise<void> {
  for (const name of (await readdir(directory)).filter(isTemporaryName)) {
    await rm(join(directory, name), { recursive: true, force: true });
  }
}
