import { stat } from "node:fs/promises";
import { join } from "node:path";
import { LOCK, lockHolder } from "../store/lock.ts";
import { isGone, type ProcessIdentity } from "../store/machine.ts";
import type { Part } from "./part.ts";
import { type ProgressRecord, readProgress } from "./progress-file.ts";
import { readManifest } from "./run-directory.ts";
import { readRunState } from "./run-state.ts";
import { shardFolders } from "./shard-folder.ts";

/** How a run stands. `stopped`: it was begun, is not finished, and nobody is at it. */
export type RunStanding = "running" | "stopped" | "failed" | "finished";

/** What is known of a run directory from outside. */
export interface RunStatus {
  directory: string;
  part: Part | null;
  standing: RunStanding;
  /** Who is at it. */
  process: ProcessIdentity | undefined;
  /** Seconds since the process last showed a sign of life. */
  heard: number | undefined;
  progress: ProgressRecord["progress"] | undefined;
  updated: string | undefined;
  /** Why it failed. */
  message: string | undefined;
  finished: string | undefined;
}

/** Milliseconds without a sign of life after which a process on another machine is taken as gone. */
const PATIENCE = 60_000;

/**
 * How a run stands; of a directory of shards, each of them, and then the whole where it has been begun or merged.
 *
 * @throws UserError where nothing of lawfit is there
 */
export async function runStatuses(directory: string): Promise<RunStatus[]> {
  const shards = await shardFolders(directory);
  const statuses = await Promise.all([...shards, directory].map(statusOf));
  const known = statuses.filter((status) => status !== undefined);
  // Its message says what is wrong with the directory.
  if (known.length === 0) await readManifest(directory);
  return known;
}

async function statusOf(directory: string): Promise<RunStatus | undefined> {
  const state = await readRunState(directory);
  if (state === undefined) return undefined;
  const record = await readProgress(directory);
  const holder = await lockHolder(directory);
  const beat = await stat(join(directory, LOCK)).catch(() => undefined);
  const heard = beat && Date.now() - beat.mtimeMs;
  const gone = holder === undefined ? true : (isGone(holder) ?? (heard ?? 0) > PATIENCE);
  return {
    directory,
    part: state.part,
    standing: standingOf(state.finished !== null, gone, record),
    process: gone ? undefined : holder,
    heard: heard === undefined ? undefined : heard / 1000,
    progress: record?.progress,
    updated: record?.updated,
    message: record?.message,
    finished: state.finished ?? undefined,
  };
}

function standingOf(finished: boolean, gone: boolean, record: ProgressRecord | undefined): RunStanding {
  if (!gone) return "running";
  if (finished) return "finished";
  return record?.state === "failed" ? "failed" : "stopped";
}
