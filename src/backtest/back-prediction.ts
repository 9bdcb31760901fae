import type { Verdict } from "../identifiability/determined.ts";
import type { Purpose } from "../intervals/purposes.ts";
import type { Cell, SweepPlan } from "../plan/plan-sweep.ts";
import { predicateOf, runsUsedBy } from "../plan/runs-used.ts";
import { relativeError } from "../plan/score.ts";

/** What tells intervals of one prediction apart. */
export interface IntervalKey {
  /** What it is for. */
  purpose: Purpose;
  /** Kind of interval. */
  interval: string;
  level: number;
}

/** A key as text. */
export function keyText({ purpose, interval, level }: IntervalKey): string {
  return `${purpose} ${interval} ${level}`;
}

/** One interval of a back-test's prediction. */
export interface BackInterval extends IntervalKey {
  /** NaN where there is none. */
  lower: number;
  upper: number;
  /** `ok`, or a word for what is wrong. */
  status: string;
}

/** A prediction of a run from smaller ones. */
export interface BackPrediction extends Extrapolation {
  /** The cell of the sweep whose method, task and axes it has. */
  cell: Cell;
  /** Largest size fitted. */
  cut: number;
  /** The run that is predicted, and its size, of the same kind as the cut's. */
  target: string;
  targetSize: number;
  predicted: number;
  /** Whether the runs up to the cut determine it. */
  verdict: Verdict | undefined;
  /** NaN where it was not measured. */
  actual: number;
  intervals: readonly BackInterval[];
}

/** |predicted - actual| / |actual|; NaN where the actual value is not known or 0. */
export function absRelError({ predicted, actual }: BackPrediction): number {
  return actual === 0 ? Number.NaN : Math.abs(relativeError(predicted, actual));
}

/** Whether the actual value lies in the interval; null where it is not known, or the interval has no end or no value. */
export function isHit({ actual }: BackPrediction, { lower, upper }: BackInterval): boolean | null {
  if (!Number.isFinite(lower) || !Number.isFinite(upper) || Number.isNaN(actual)) return null;
  return lower <= actual && actual <= upper;
}

/** How far a prediction goes beyond what it was made from. */
interface Extrapolation {
  /** Fit runs that the cell uses and that were measured on its task. */
  runsUsed: number;
  /** FLOPs of the target over the most FLOPs of such a run. */
  ratio: number;
}

/** Makes a function that tells how far the predictions of a plan go. */
export function extrapolationOf(plan: SweepPlan): (one: { cell: Cell; target: string }) => Extrapolation {
  const usedBy = runsUsedBy(plan.index);
  const flops = new Map(plan.targets.map(({ name, c }) => [name, c]));
  return ({ cell, target }) => {
    const { runs, largestC } = usedBy(predicateOf(cell.configuration), [cell.task]);
    return { runsUsed: runs, ratio: flops.get(target)! / largestC };
  };
}
