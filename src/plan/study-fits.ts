import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { SolvedFit } from "../identifiability/card.ts";
import { type FitStudy, studyFit } from "../identifiability/study.ts";
import { type SentFit, sentFit } from "../identifiability/study-worker.ts";
import { packageFolder } from "../solve/paths.ts";
import { pauses, stopIfAsked } from "./interrupted.ts";

/** The compiled file of the worker threads, which run JavaScript even where tests run the TypeScript sources. */
const workerFile = join(packageFolder, "dist", "identifiability", "study-worker.js");

/** What a fit takes beside its points, in points: the valleys of a law of few points are followed as those of a link of many. */
const POINTS_OF_A_FIT = 600;

/** Work of all fits, in points, from which on another thread is worth its start, in which it compiles the same code again. */
const LEAST_WORK = 1_200_000;

/** Work that a thread is given at a time: enough to be worth the message, little enough to share the last of it. */
const WORK_AT_ONCE = 20_000;

/** Parts that another thread has at a time, so that it need not wait for this one, which studies fits meanwhile. */
const PARTS_AHEAD = 3;

/**
 * Studies fits, on all threads where there are many. What a fit's study says does not depend on the threads.
 *
 * @param threads of the sweep. @default all cores
 * @returns the studies by the key of the problem
 * @throws Interrupted when the signal asks to stop
 */
export async function studyFits(
  fits: readonly SolvedFit[],
  {
    threads = availableParallelism(),
    signal,
  }: { threads?: number | undefined; signal?: AbortSignal | undefined } = {},
): Promise<Map<string, FitStudy>> {
  const studies = new Map<string, FitStudy>();
  const pause = pauses(signal);
  const studyHere = async (some: readonly SolvedFit[]): Promise<void> => {
    for (const fit of some) {
      await pause();
      studies.set(fit.problem.key, studyFit(fit));
    }
  };
  const all = fits.reduce((sum, fit) => sum + workOf(fit), 0);
  if (threads < 2 || all < LEAST_WORK || !existsSync(workerFile)) {
    await studyHere(fits);
    return studies;
  }
  const { Piscina } = await import("piscina");
  const parts = partsOf(fits);
  const others = Math.min(threads, parts.length) - 1;
  const pool = new Piscina<SentFit[], FitStudy[]>({
    filename: workerFile,
    minThreads: others,
    maxThreads: others,
    concurrentTasksPerWorker: PARTS_AHEAD,
  });
  let next = 0;
  const takeAll = async (study: (part: SolvedFit[]) => Promise<void>): Promise<void> => {
    while (next < parts.length) {
      stopIfAsked(signal);
      await study(parts[next++]!);
    }
  };
  const studyThere = async (part: SolvedFit[]): Promise<void> => {
    const studied = await pool.run(part.map(sentFit));
    part.forEach(({ problem }, i) => {
      studies.set(problem.key, studied[i]!);
    });
  };
  try {
    await Promise.all([
      ...Array.from({ length: PARTS_AHEAD * others }, () => takeAll(studyThere)),
      takeAll(async (part) => {
        await studyHere(part);
        // Answers are taken, and parts sent, between two parts.
        await setImmediate();
      }),
    ]);
  } finally {
    await pool.destroy();
  }
  return studies;
}

function workOf({ problem }: SolvedFit): number {
  return problem.response.length + POINTS_OF_A_FIT;
}

/** Fits of one form after the other, in parts of about as much work. */
function partsOf(fits: readonly SolvedFit[]): SolvedFit[][] {
  const parts: SolvedFit[][] = [];
  let room = 0;
  for (const fit of fits) {
    const work = workOf(fit);
    if (room < work || parts.length === 0) {
      parts.push([]);
      room = WORK_AT_ONCE;
    }
    parts.at(-1)!.push(fit);
    room -= work;
  }
  return parts;
}
