import { rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { temporaryName } from "../store/atomic.ts";
import { LOCK, type LockOptions, lockHolder, showsLife } from "../store/lock.ts";
import { isGone, type ProcessIdentity, processIdentity, thisProcess } from "../store/machine.ts";
import { readManifest } from "./job-directory.ts";
import { readJobState } from "./job-state.ts";
import { readJobJson } from "./manifest.ts";
import { type JobProgress, phases } from "./meter.ts";
import { type Shard, shardFolders } from "./shard.ts";

/** Name of the file of a run directory that says how far the job is. */
export const PROGRESS_FILE = "progress.json";

const number = z.number().nonnegative();

/** Schema of `progress.json`. */
const progressSchema = z.object({
  process: processIdentity,
  /** Phase of the process, or how it ended. */
  state: z.enum(["running", "finished", "interrupted", "failed"]),
  /** Why the job failed. */
  message: z.string().optional(),
  updated: z.string(),
  progress: z.object({
    phase: z.enum(phases),
    ...{ done: number, total: number, cells: number, cellsTotal: number, fits: number, fitsFound: number },
    // A number that is not finite is null in JSON.
    fitsPerSecond: number.nullable().transform((speed) => speed ?? 0),
    secondsLeft: number.nullish().transform((seconds) => seconds ?? undefined),
    seconds: number,
  }),
});

/** Progress of a job as its process last reported it. */
type ProgressRecord = z.output<typeof progressSchema>;

/** Milliseconds between two writes. */
const INTERVAL = 2000;

/** Keeps the file up to date. The file only informs people, so a failed write is ignored. */
export class ProgressFile {
  readonly #directory: string;
  readonly #process = thisProcess();
  #last = Number.NEGATIVE_INFINITY;
  #phase: JobProgress["phase"] | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(directory: string) {
    this.#directory = directory;
  }

  update(progress: JobProgress): void {
    if (performance.now() - this.#last < INTERVAL && progress.phase === this.#phase) return;
    this.#phase = progress.phase;
    this.#last = performance.now();
    this.#write({ state: "running", progress });
  }

  /** Writes how it ended. */
  async end(progress: JobProgress, state: ProgressRecord["state"], message?: string): Promise<void> {
    this.#write({ state, progress, ...(message !== undefined && { message }) });
    await this.#work;
  }

  #write(what: Pick<ProgressRecord, "state" | "progress" | "message">): void {
    const record: ProgressRecord = { process: this.#process, updated: new Date().toISOString(), ...what };
    const temporary = join(this.#directory, temporaryName());
    this.#work = this.#work
      .then(() => writeFile(temporary, `${JSON.stringify(record, null, 2)}\n`))
      .then(() => rename(temporary, join(this.#directory, PROGRESS_FILE)))
      .catch(() => {});
  }
}

/** How far a job is; undefined where it has not said. @throws UserError where the file is not what lawfit writes */
async function readProgress(directory: string): Promise<ProgressRecord | undefined> {
  return readJobJson(join(directory, PROGRESS_FILE), progressSchema);
}

/** State of a job. `stopped`: it was begun, is not finished, and no process works on it. */
type JobStanding = "running" | "stopped" | "failed" | "finished";

/** State and progress of a run directory, as another process sees it. */
export interface JobStatus {
  directory: string;
  part: Shard | null;
  standing: JobStanding;
  /** The process that works on it. */
  process: ProcessIdentity | undefined;
  /** Seconds since the process last showed a sign of life. */
  heard: number | undefined;
  progress: ProgressRecord["progress"] | undefined;
  updated: string | undefined;
  /** Why the job failed. */
  message: string | undefined;
  finished: string | undefined;
}

/** Milliseconds of a sign of life's age, by clocks that agree, in which a process on another machine is taken as alive. */
const RECENT = 60_000;

/**
 * The status of a job; for a directory of shards, that of each shard, then that of the whole job if it was begun or merged. A process on
 * another machine whose last sign of life is old or to come, by this one's clock, is watched for three of its beats.
 *
 * @param options milliseconds between two signs of life
 * @throws UserError where nothing of lawfit is there
 */
export async function jobStatuses(
  directory: string,
  options: Pick<LockOptions, "beat"> = {},
): Promise<JobStatus[]> {
  const shards = await shardFolders(directory);
  const statuses = await Promise.all([...shards, directory].map((folder) => statusOf(folder, options)));
  const present = statuses.filter((status) => status !== undefined);
  // Its message says what is wrong with the directory.
  if (present.length === 0) await readManifest(directory);
  return present;
}

async function statusOf(
  directory: string,
  options: Pick<LockOptions, "beat">,
): Promise<JobStatus | undefined> {
  const state = await readJobState(directory);
  if (state === undefined) return undefined;
  const record = await readProgress(directory);
  const holder = await lockHolder(directory);
  const beat = await stat(join(directory, LOCK)).catch(() => undefined);
  const age = beat && Date.now() - beat.mtimeMs;
  const isRecent = age !== undefined && age >= 0 && age <= RECENT;
  const gone =
    holder === undefined || (isGone(holder) ?? !(isRecent || (await showsLife(directory, options))));
  // A clock that is behind cannot give the age.
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

function standingOf(finished: boolean, gone: boolean, record: ProgressRecord | undefined): JobStanding {
  if (!gone) return "running";
  if (finished) return "finished";
  return record?.state === "failed" ? "failed" : "stopped";
}
