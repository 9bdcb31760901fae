import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { SolvedFit } from "../identifiability/card.ts";
import { type FitStudy, studyFit } from "../identifiability/study.ts";
import { type SentFit, sentFit } from "../identifiability/study-worker.ts";
import { inParallel } from "../solve/in-parallel.ts";
import { packageFolder } from "../solve/paths.ts";
import { pauses, stopIfAsked } from "./interrupted.ts";

/** The compiled file of the worker threads, which run JavaScript even where tests run the TypeScript sources. */
const workerFile = join(packageFolder, "dist", "identifiability", "study-worker.js");

/** Points of all fits from which on threads are worth their start, in which each compiles the same code again. */
const LEAST_POINTS = 500_000;

/** Points that a thread is given at a time: enough to be worth the message, few enough to share the last of them. */
const POINTS_AT_ONCE = 20_000;

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
  const all = fits.reduce((sum, { problem }) => sum + problem.response.length, 0);
  if (threads < 2 || all < LEAST_POINTS || !existsSync(workerFile)) {
    const pause = pauses(signal);
    for (const fit of fits) {
      await pause();
      studies.set(fit.problem.key, studyFit(fit));
    }
    return studies;
  }
  const { Piscina } = await import("piscina");
  const parts = partsOf(fits);
  const pool = new Piscina<SentFit[], FitStudy[]>({
    filename: workerFile,
    maxThreads: Math.min(threads, parts.length),
  });
  try {
    // Two parts a thread wait at a time, so that none is idle and few are held twice.
    await inParallel(2 * threads, parts.length, async (p) => {
      stopIfAsked(signal);
      const part = parts[p]!;
      const studied = await pool.run(part.map(sentFit));
      part.forEach(({ problem }, i) => {
        studies.set(problem.key, studied[i]!);
      });
    });
  } finally {
    await pool.destroy();
  }
  return studies;
}

/** Fits of one form after the other, in parts of about as many points. */
function partsOf(fits: readonly SolvedFit[]): SolvedFit[][] {
  const parts: SolvedFit[][] = [];
  let room = 0;
  for (const fit of fits) {
    const points = fit.problem.response.length;
    if (room < points || parts.length === 0) {
      parts.push([]);
      room = POINTS_AT_ONCE;
    }
    parts.at(-1)!.push(fit);
    room -= points;
  }
  return parts;
}
