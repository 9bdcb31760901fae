import type { Quantity } from "#lawfit/bootstrap/bootstrap-cells.js";
import { coverageOf } from "./count.ts";
import type { Condition } from "./data-set.ts";
import type { StepOneLoss } from "./data-set-plan.ts";
import type { Made } from "./make-intervals.ts";
import { rankUniformity } from "./rank-uniformity.ts";

/** What a row is of. */
interface RowOf {
  runs: number;
  autocorrelation: number;
  scenario: string;
  loss1: StepOneLoss;
  quantity: Quantity;
  target: string;
  scheme: string;
}

/** How the intervals of one kind did in one condition. */
export interface CoverageRow extends RowOf {
  interval: string;
  level: number;
  /** Data sets with an interval, and those without. */
  trials: number;
  skipped: number;
  /** Truths inside; below the lower end point; above the upper one. */
  hits: number;
  missesLeft: number;
  missesRight: number;
  /** Share of hits, with its exact binomial limits of 95 %. */
  coverage: number;
  coverageLow: number;
  coverageHigh: number;
  meanWidth: number;
  meanScore: number;
}

/** Where the truth lay among the draws of a scheme in one condition. */
export interface RankRow extends RowOf {
  /** Data sets whose truth lay in each tenth of the draws, from the low end. */
  tenths: number[];
  /** Probability of a chi-square as large, were the ranks uniform. */
  p: number;
}

function rowOf(
  { runs, autocorrelation, scenario }: Condition,
  { loss1, quantity, target, scheme }: Made,
): RowOf {
  return { runs, autocorrelation, scenario: scenario.name, loss1, quantity, target, scheme };
}

/** Lists of one number a data set, NaN where it has none. */
export function coverageRow(
  condition: Condition,
  made: Made,
  interval: string,
  level: number,
  ends: { lower: Float64Array; upper: Float64Array; actual: Float64Array },
): CoverageRow {
  const coverage = coverageOf(ends.lower, ends.upper, ends.actual, level);
  const { trials, skipped, hits, missesLeft, missesRight, meanWidth, meanScore } = coverage;
  return {
    ...rowOf(condition, made),
    interval,
    level,
    trials,
    skipped,
    hits,
    missesLeft,
    missesRight,
    coverage: coverage.rate,
    coverageLow: coverage.rateLow,
    coverageHigh: coverage.rateHigh,
    meanWidth,
    meanScore,
  };
}

/** @param ranks one a data set */
export function rankRow(condition: Condition, made: Made, ranks: Float64Array): RankRow {
  const { counts, p } = rankUniformity(ranks, 10);
  return { ...rowOf(condition, made), tenths: [...counts], p };
}
