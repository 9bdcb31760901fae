import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type ProcessIdentity, processIdentity, thisProcess } from "../store/machine.ts";
import { temporaryName } from "../tables/atomic.ts";
import { phases, type RunProgress } from "./meter.ts";
import { readRunJson } from "./run-json.ts";

/** Name of the file of a run directory that says how far the run is. */
export const PROGRESS_FILE = "progress.json";

/** `progress.json`. */
export interface ProgressRecord {
  process: ProcessIdentity;
  /** What the process is at, or how it ended. */
  state: "running" | "finished" | "interrupted" | "failed";
  /** Why it failed. */
  message?: string;
  updated: string;
  progress: RunProgress;
}

const number = z.number().nonnegative();

/** Demands of a file what `ProgressRecord` says. */
const progressSchema = z.looseObject({
  process: processIdentity,
  state: z.enum(["running", "finished", "interrupted", "failed"]),
  message: z.string().optional(),
  updated: z.string(),
  progress: z.looseObject({
    phase: z.enum(phases),
    ...{ done: number, total: number, cells: number, cellsTotal: number, fits: number, fitsFound: number },
    // What is not finite is null in JSON.
    fitsPerSecond: number.nullable().transform((speed) => speed ?? 0),
    secondsLeft: number.nullish().transform((seconds) => seconds ?? undefined),
    seconds: number,
  }),
});

/** Milliseconds between two writes. */
const INTERVAL = 2000;

/** Keeps the file up to date. It is for people who look: a write that fails harms nothing. */
export class ProgressFile {
  readonly #directory: string;
  readonly #process = thisProcess();
  #last = Number.NEGATIVE_INFINITY;
  #phase: RunProgress["phase"] | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(directory: string) {
    this.#directory = directory;
  }

  update(progress: RunProgress): void {
    if (performance.now() - this.#last < INTERVAL && progress.phase === this.#phase) return;
    this.#phase = progress.phase;
    this.#last = performance.now();
    this.#write({ state: "running", progress });
  }

  /** Writes how it ended. */
  async end(progress: RunProgress, state: ProgressRecord["state"], message?: string): Promise<void> {
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

/** How far a run is; undefined where it has not said. @throws UserError where the file is not what lawfit writes */
export async function readProgress(directory: string): Promise<ProgressRecord | undefined> {
  const record = await readRunJson(join(directory, PROGRESS_FILE), progressSchema);
  return record as ProgressRecord | undefined;
}
