import { readdir, rm, rmdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { UserError } from "../errors.ts";
import { makeFolder } from "../store/disk-errors.ts";
import { lockDirectory } from "../store/lock.ts";
import { ResultStore } from "../store/result-store.ts";
import { PROGRESS_FILE } from "./progress-file.ts";
import { runDifferences } from "./run-differences.ts";
import { checkRunDirectory } from "./run-directory.ts";
import { RUN_STATE, type RunState, readRunState, writeRunState } from "./run-state.ts";

/** Folder of a run directory that has its finished work. */
export const SHARDS = "shards";

/** A run directory that this process writes. */
export interface OpenRun {
  store: ResultStore;
  /** Results that were there. */
  found: number;
  /** Says that all of its work is done. */
  finish(): Promise<void>;
  /** Lets others have it. A new directory without any finished work is removed. */
  close(): Promise<void>;
}

/**
 * Demands that what a run directory holds is of this sweep.
 *
 * @throws UserError with each difference
 */
export async function demandSameRun(directory: string, state: RunState): Promise<void> {
  const before = await readRunState(directory);
  const differences = before === undefined ? [] : runDifferences(before, state);
  if (differences.length === 0) return;
  throw new UserError(
    `${directory}: holds another run: ${differences.join("; ")}; allowed: the same sweep, which goes on, --fresh, which ` +
      "starts over, or another --out",
  );
}

/**
 * Takes a run directory for this process: makes it or goes on in it.
 *
 * @param fresh whether what was finished there is thrown away
 * @throws UserError where another process has it, it holds another run, or it cannot be written
 */
export async function openRun(
  directory: string,
  state: RunState,
  {
    fresh,
    ownOnly = false,
    fill,
    onWarning,
    onStatus,
  }: {
    fresh: boolean;
    /** Whether what other parts of the run own is left out of the store. */
    ownOnly?: boolean;
    /** Puts finished work into the folder before it is read. */
    fill?: (shards: string) => Promise<void>;
    onWarning?: ((line: string) => void) | undefined;
    onStatus?: ((line: string) => void) | undefined;
  },
): Promise<OpenRun> {
  await checkRunDirectory(directory);
  const made = await makeFolder(directory);
  const release = await lockDirectory(directory, { onStatus }).catch(async (error: unknown) => {
    if (made !== undefined) await rmdir(directory).catch(() => {});
    throw error;
  });
  const shards = join(directory, SHARDS);
  try {
    if (fresh) {
      await rm(join(directory, RUN_STATE), { force: true });
      await rm(shards, { recursive: true, force: true });
    }
    await demandSameRun(directory, state);
    const begun = (await readRunState(directory))?.begun ?? state.begun;
    await writeRunState(directory, { ...state, begun });
    await fill?.(shards);
    const store = await ResultStore.open(shards, { onWarning, ownOnly });
    return {
      store,
      found: store.size,
      async finish() {
        await store.flush();
        await writeRunState(directory, { ...state, begun, finished: new Date().toISOString() });
      },
      async close() {
        // Also after an error: what was finished before it is kept.
        await store.flush().catch(() => {});
        await release();
        if (store.size > 0 || made === undefined) return;
        if (await isBare(directory)) await removeMade(directory, made);
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

/** Removes a directory, and the folders above it that were made for it, unless they were put to use. */
async function removeMade(directory: string, made: string): Promise<void> {
  await rm(directory, { recursive: true, force: true });
  for (let above = resolve(directory); above !== resolve(made); ) {
    above = dirname(above);
    await rmdir(above).catch(() => {});
  }
}

/** Whether a directory holds nothing but what opening it makes. */
async function isBare(directory: string): Promise<boolean> {
  const own = new Set([RUN_STATE, SHARDS, PROGRESS_FILE]);
  return (await readdir(directory)).every((name) => own.has(name) || name.startsWith("."));
}
