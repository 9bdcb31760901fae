import type { Draw } from "../solve/resampling.ts";
import type { Residuals } from "./residuals.ts";

/** The points of a stage as a scheme sees them: run by run in the order of the population, then those of no run. */
export interface RunPoints {
  /** Points of each run of the population; 0 where the stage has none of it. */
  runLengths: readonly number[];
  /** Runs of each stratum of the population. */
  strata: readonly number[];
  /** All points. */
  points: number;
}

/** What a scheme may need beside the points. */
export interface SchemeOptions {
  /** Points of a block. */
  blockLength: number;
}

/** How resamples are drawn. One record, in one file. */
export interface Scheme {
  /** Name in sweep files and result tables. */
  name: string;
  /** What it draws, in a sentence without its full stop. */
  description: string;
  source: string;
  /**
   * Whether runs as a whole are drawn (or their residuals turned): then one draw feeds all stages and cells on the same
   * runs. Else each stage has draws of its own.
   */
  drawsRuns: boolean;
  /**
   * Whether a resample is how often each run is drawn: then stages whose points are made with others' fits are resampled
   * with them. @default false
   */
  weighsRuns?: boolean;
  /** Fewest runs with points that it takes. */
  fewestRuns: number;
  /** Whether runs of each model size are a stratum of their own. @default false */
  bySize?: boolean;
  /** The draws of a stage. */
  draw(points: RunPoints, residuals: () => Residuals, options: SchemeOptions): Draw;
  /** What cannot be resampled although the points are there: a reason to leave the stage out. */
  refuse?(points: RunPoints, options: SchemeOptions): string | undefined;
  /** What a user should know before trusting the intervals; of these points. */
  caution?(points: RunPoints, options: SchemeOptions): string | undefined;
}

/** First point of each run, and after the last the number of points of all runs. */
export function firstPoints(runLengths: readonly number[]): number[] {
  const first = [0];
  for (const length of runLengths) first.push(first.at(-1)! + length);
  return first;
}

/** Group of each point: its run's number, and one more for the points of no run, which is always drawn once. */
export function groupsByRun({ runLengths, strata, points }: RunPoints): Draw {
  const first = firstPoints(runLengths);
  const group = new Int32Array(points).fill(runLengths.length);
  for (let r = 0; r < runLengths.length; r++) group.fill(r, first[r], first[r + 1]);
  return { kind: "groups", group, strata: first.at(-1)! < points ? [...strata, 1] : strata };
}
