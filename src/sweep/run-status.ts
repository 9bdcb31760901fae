import { stat } from "node:fs/promises";
import { join } from "node:path";
import { LOCK, type LockOptions, lockHolder, showsLife } from "../store/lock.ts";
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

/** Milliseconds of a sign of life's age, by clocks that agree, in which a process on another machine is taken as alive. */
const RECENT = 60_000;

/**
 * How a run stands; of a directory of shards, each of them, and then the whole where it has been begun or merged. A process on
 * another machine whose last sign of life is old or to come, by this one's clock, is watched for three of its beats.
 *
 * @param options milliseconds between two signs of life
 * @throws UserError where nothing of lawfit is there
 */
export async function runStatuses(
  directory: string,
  options: Pick<LockOptions, "beat"> = {},
): Promise<RunStatus[]> {
  const shards = await shardFolders(directory);
  const statuses = await Promise.all([...shards, directory].map((one) => statusOf(one, options)));
  const known = statuses.filter((status) => status !== undefined);
  // Its message says what is wrong with the directory.
  if (known.length === 0) await readManifest(directory);
  return known;
}

async function statusOf(
  directory: string,
  options: Pick<LockOptions, "beat">,
): Promise<RunStatus | undefined> {
  const state = await readRunState(directory);
  if (state === undefined) return undefined;
  const record = await readProgress(directory);
  const holder = await lockHolder(directory);
  const beat = await stat(join(directory, LOCK)).catch(() => undefined);
  const age = beat && Date.now() - beat.mtimeMs;
  const isRecent = age !== undefined && age >= 0 && age <= RECENT;
  const gone =
    holder === undefined || (isGone(holder) ?? !(isRecent || (await showsLife(directory, options))));
  // A clock that is behind says nothing of when.
  const heard = age === undefined ? undefined : Math.max(0, age);
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
