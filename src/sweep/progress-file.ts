import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ProcessIdentity, thisProcess } from "../store/machine.ts";
import type { RunProgress } from "./meter.ts";

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

/** Milliseconds between two writes. */
const INTERVAL = 2000;

/** Keeps the file up to date. It is for people who look: a write that fails harms nothing. */
export class ProgressFile {
  readonly #path: string;
  readonly #process = thisProcess();
  #last = Number.NEGATIVE_INFINITY;
  #phase: RunProgress["phase"] | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(directory: string) {
    this.#path = join(directory, PROGRESS_FILE);
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
    const temporary = `${this.#path}.tmp`;
    this.#work = this.#work
      .then(() => writeFile(temporary, `${JSON.stringify(record, null, 2)}\n`))
      .then(() => rename(temporary, this.#path))
      .catch(() => {});
  }
}

/** How far a run is; undefined where it has not said. */
export async function readProgress(directory: string): Promise<ProgressRecord | undefined> {
  try {
    return JSON.parse(await readFile(join(directory, PROGRESS_FILE), "utf8")) as ProgressRecord;
  } catch {
    return undefined;
  }
}
