import { startsToMeet } from "../solve/search/start-count.ts";
import type { BenchProblem } from "./bench-problems.ts";
import type { Seconds } from "./clock.ts";

/** A fit is good when its objective is this close, relative, to the best that any program found. */
const goodWithin = 1e-6;

/** One program on one problem. */
export interface BenchRow {
  series: string;
  kind: BenchProblem["kind"];
  points: number;
  program: string;
  threads: 1;
  /** Starts that it solved. */
  starts: number;
  /** Fits a second of processor time, as all rates here: a busy machine does not decide. */
  fitsPerSecond: number;
  /** Fits a second on the clock. */
  wallFitsPerSecond: number;
  /** Share of its starts that ended good. */
  goodShare: number;
  goodFitsPerSecond: number;
  /** Starts after which it has missed the optimum with a chance below 1e-6, by its good ones; Infinity where none is good. */
  startsNeeded: number;
  /** Problems/s with as many starts: what its user waits for. */
  problemsPerSecond: number;
  /** lawfit's search under `starts: auto`; null for the peers, which have none. */
  search: SearchRow | null;
  /** Mean of a start. */
  iterations: number;
  /** points x iterations x fits/s. */
  pointsPerSecond: number;
  /** Good fits/s of lawfit (the first program of the run) over this program's; Infinity where it has none. */
  lawfitRatio: number;
  /** lawfit's share of good fits among the very starts that this program solved. */
  lawfitShareOfSameStarts: number;
}

/** A whole search of lawfit, with as many starts as its rule asks for. */
interface SearchRow {
  starts: number;
  /** Whether it ended as close to the best as a good fit. */
  isGood: boolean;
  /** 0 where it missed the best: a wrong answer is none, however soon it comes. */
  problemsPerSecond: number;
  /** The same a second on the clock. */
  wallProblemsPerSecond: number;
}

/**
 * The rows of one problem.
 *
 * @param measurements lawfit's best backend first; it is what the others are compared with
 */
export function scoreProblem(
  { name, kind, problem }: BenchProblem,
  measurements: readonly Measurement[],
): BenchRow[] {
  const best = measurements.reduce(
    (least, { objective, search }) =>
      Math.min(least, smallest(objective), smallest(search ? [search.objective] : [])),
    Infinity,
  );
  const isGood = (value: number | undefined) => value !== undefined && value <= best * (1 + goodWithin);
  const points = problem.response.length;
  const scored = measurements.map((measurement) => {
    const { starts, objective, iterations, secondsPerFit, search } = measurement;
    const fitsPerSecond = 1 / secondsPerFit.processor;
    const good = new Set(starts.filter((_, i) => isGood(objective[i])));
    const goodShare = good.size / starts.length;
    const startsNeeded = startsToMeet(good.size, starts.length);
    return {
      measurement,
      good,
      row: {
        series: name,
        kind,
        points,
        program: measurement.program,
        threads: 1 as const,
        starts: starts.length,
        fitsPerSecond,
        wallFitsPerSecond: 1 / secondsPerFit.wall,
        goodShare,
        goodFitsPerSecond: goodShare * fitsPerSecond,
        startsNeeded,
        problemsPerSecond: fitsPerSecond / startsNeeded,
        search: search === undefined ? null : searchRow(search, isGood(search.objective)),
        iterations,
        pointsPerSecond: points * iterations * fitsPerSecond,
      },
    };
  });
  const lawfit = scored[0];
  return scored.map(({ row, measurement: { starts } }) => ({
    ...row,
    lawfitRatio: lawfit!.row.goodFitsPerSecond / row.goodFitsPerSecond,
    lawfitShareOfSameStarts: starts.filter((start) => lawfit!.good.has(start)).length / starts.length,
  }));
}

function searchRow({ starts, seconds }: SearchMeasurement, isGood: boolean): SearchRow {
  const solved = isGood ? 1 : 0;
  return {
    starts,
    isGood,
    problemsPerSecond: solved / seconds.processor,
    wallProblemsPerSecond: solved / seconds.wall,
  };
}

function smallest(values: ArrayLike<number>): number {
  let least = Infinity;
  for (let i = 0; i < values.length; i++) if (values[i]! < least) least = values[i]!;
  return least;
}

/** What one program did with one problem, on one thread. */
export interface Measurement {
  program: string;
  /** Which of the problem's starts it solved, by index, rising. */
  starts: number[];
  /** Objective that each of them ended at; NaN where it is not finite. */
  objective: ArrayLike<number>;
  /** Mean over the starts. */
  iterations: number;
  /** Median over the repetitions. */
  secondsPerFit: Seconds;
  /** lawfit's search under `starts: auto`. */
  search?: SearchMeasurement;
}

/** What a search with as many starts as its rule asks for found, and how long it took. */
export interface SearchMeasurement {
  starts: number;
  /** NaN where it found nothing. */
  objective: number;
  seconds: Seconds;
}
