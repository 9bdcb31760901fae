import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { Piscina } from "piscina";
import type { SolvedFit } from "../identifiability/card.ts";
import { type FitStudy, studyFit } from "../identifiability/study.ts";
import { type SentFit, sentFit } from "../identifiability/study-worker.ts";
import { packageFolder } from "../solve/paths.ts";
import type { Problem } from "../solve/problem.ts";
import { pauses, stopIfAsked } from "./interrupted.ts";

/** The compiled file of the worker threads, which run JavaScript even where tests run the TypeScript sources. */
const workerFile = join(packageFolder, "dist", "identifiability", "study-worker.js");

/** What a fit takes beside its points, in points: the valleys of a law of few points are followed as those of a link of many. */
const POINTS_OF_A_FIT = 600;

/**
 * Work of all fits, in points, from which on another thread is worth its start, in which it compiles the same code again: it starts while the
 * fits are solved.
 */
const LEAST_WORK = 40_000;

/** Most work that a thread is given at a time: enough to be worth the message, little enough to share the last of it. */
const MOST_AT_ONCE = 20_000;

/** Parts that all work is shared in, at the least. */
const FEWEST_PARTS = 24;

/** Parts that another thread has at a time, so that it need not wait for this one, which studies fits meanwhile. */
const PARTS_AHEAD = 3;

/** The threads of a sweep, and the signal that stops it. */
interface StudyOptions {
  /** @default all cores */
  threads?: number | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Studies of fits: on other threads from the moment that a fit is solved, so that they work beside the solver, and the rest on all
 * threads. What a fit's study says does not depend on the threads.
 */
export class FitStudies {
  readonly #signal: AbortSignal | undefined;
  readonly #studies = new Map<string, FitStudy>();
  /** Fits that are studied already or will be, by the key of the problem. */
  readonly #taken = new Map<string, SolvedFit>();
  #part: SolvedFit[] = [];
  /** Work that a thread is given at a time, and what is left of that of this part. */
  readonly #atOnce: number;
  #room: number;
  readonly #parts: SolvedFit[][] = [];
  /** Other threads; none where there is little to do. */
  readonly #others: number;
  #pool: Promise<Piscina<SentFit[], FitStudy[]>> | undefined;
  /** Those that study on other threads, until they find no part. */
  readonly #busy = new Set<Promise<void>>();

  /** @param problems that will be solved, as far as they are known */
  constructor(
    problems: readonly Pick<Problem, "response">[],
    { threads = availableParallelism(), signal }: StudyOptions = {},
  ) {
    this.#signal = signal;
    const all = problems.reduce((sum, problem) => sum + workOf(problem), 0);
    this.#atOnce = Math.min(MOST_AT_ONCE, all / FEWEST_PARTS);
    this.#room = this.#atOnce;
    this.#others = all < LEAST_WORK || !existsSync(workerFile) ? 0 : threads - 1;
    if (this.#others === 0) return;
    this.#pool = this.#open();
    // Who waits for a study learns of an error.
    this.#pool.catch(() => {});
  }

  /** Has a fit studied on another thread, if there is one, while this thread goes on. */
  begin(fit: SolvedFit): void {
    if (this.#others === 0) return;
    this.#add(fit);
    this.#studyThere();
  }

  /**
   * @param fits all that are wanted, whether begun or not
   * @returns the studies by the key of the problem
   * @throws Interrupted when the signal asks to stop
   */
  async of(fits: readonly SolvedFit[]): Promise<ReadonlyMap<string, FitStudy>> {
    for (const fit of fits) {
      // The runs of a problem's points are those of the last stage that has it, which may have been posed later.
      if (this.#taken.get(fit.problem.key)?.runs !== fit.runs) this.#add(fit);
    }
    this.#parts.push(this.#part);
    this.#part = [];
    this.#studyThere();
    const pause = pauses(this.#signal);
    for (let part = this.#parts.shift(); part !== undefined; part = this.#parts.shift()) {
      for (const fit of part) {
        await pause();
        this.#note(fit, studyFit(fit));
      }
      // Answers are taken, and parts sent, between two parts.
      await setImmediate();
    }
    while (this.#busy.size > 0) await Promise.all(this.#busy);
    return this.#studies;
  }

  /** Ends the other threads. */
  async close(): Promise<void> {
    const pool = await this.#pool?.catch(() => undefined);
    await pool?.destroy();
    await Promise.allSettled(this.#busy);
  }

  #add(fit: SolvedFit): void {
    this.#taken.set(fit.problem.key, fit);
    this.#part.push(fit);
    this.#room -= workOf(fit.problem);
    if (this.#room > 0) return;
    this.#parts.push(this.#part);
    this.#part = [];
    this.#room = this.#atOnce;
  }

  #note(fit: SolvedFit, study: FitStudy): void {
    if (this.#taken.get(fit.problem.key) === fit) this.#studies.set(fit.problem.key, study);
  }

  /** Has as many parts as there are for it on other threads. */
  #studyThere(): void {
    while (this.#parts.length > 0 && this.#busy.size < PARTS_AHEAD * this.#others) {
      const work = this.#takeAll();
      this.#busy.add(work);
      // Who waits for all of it learns of an error.
      work.then(() => this.#busy.delete(work)).catch(() => {});
    }
  }

  async #takeAll(): Promise<void> {
    for (let part = this.#parts.shift(); part !== undefined; part = this.#parts.shift()) {
      const pool = await this.#pool!;
      stopIfAsked(this.#signal);
      const studied = await pool.run(part.map(sentFit));
      part.forEach((fit, i) => {
        this.#note(fit, studied[i]!);
      });
    }
  }

  async #open(): Promise<Piscina<SentFit[], FitStudy[]>> {
    const { Piscina } = await import("piscina");
    return new Piscina({
      filename: workerFile,
      minThreads: this.#others,
      maxThreads: this.#others,
      concurrentTasksPerWorker: PARTS_AHEAD,
    });
  }
}

function workOf({ response }: Pick<Problem, "response">): number {
  return response.length + POINTS_OF_A_FIT;
}
