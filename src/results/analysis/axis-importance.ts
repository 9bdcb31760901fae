import type { AxisValue } from "../../methods/axis.ts";
import type { Method } from "../../methods/method.ts";
import { methodColumn } from "../../plan/cell-columns.ts";
import { largestOf } from "../../plan/runs-used.ts";
import { type ComparedAxis, type Comparison, type Outcome, TIE } from "../../ranking/compare-axes.ts";
import { mean, meanOf } from "../../statistics.ts";
import type { Table } from "../../tables/table.ts";
import { count, flag, number, tableOf, text } from "../../tables/table-of.ts";

/** The importance of an axis: how much the errors differ between its values, all else equal. */
interface AxisImportance {
  axis: string;
  values: number;
  comparisons: number;
  /** Mean over comparisons of largest minus smallest absolute error; NaN without comparisons, like the next two. */
  meanRangeAbsError: number;
  meanRangeAbsRelError: number;
  maxRangeAbsRelError: number;
  /** Comparisons in which the relative errors are the same to 1e-7. */
  ties: number;
  /** Whether all comparisons are ties; undefined without comparisons. */
  idle: boolean | undefined;
  reference: AxisValue;
  /** The value with the lowest mean paired difference from the reference; it may be the reference itself. */
  best: AxisValue;
  /** That difference, of the absolute relative error; 0 for the reference. */
  bestDiffAbsRelError: number;
}

/** Ranks the axes by the mean range of the relative error across their values, the largest first. */
export function rankAxes(compared: readonly ComparedAxis[]): AxisImportance[] {
  const range = ({ meanRangeAbsRelError: mean }: AxisImportance) => (Number.isNaN(mean) ? -1 : mean);
  return compared.map(importanceOf).sort((a, b) => range(b) - range(a));
}

function importanceOf({ axis, values, reference, comparisons }: ComparedAxis): AxisImportance {
  const relRanges = comparisons.map((comparison) => rangeOf(comparison, ({ absRelError }) => absRelError));
  const ties = relRanges.filter((range) => range <= TIE).length;
  let best = reference;
  let bestDiffAbsRelError = 0;
  values.forEach((_, i) => {
    const { diffAbsRelError } = pairedDifferences(comparisons, i, reference);
    if (diffAbsRelError >= bestDiffAbsRelError - TIE || Number.isNaN(diffAbsRelError)) return;
    best = i;
    bestDiffAbsRelError = diffAbsRelError;
  });
  return {
    axis: axis.name,
    values: values.length,
    comparisons: comparisons.length,
    meanRangeAbsError: meanOf(comparisons, (comparison) => rangeOf(comparison, ({ absError }) => absError)),
    meanRangeAbsRelError: mean(relRanges),
    maxRangeAbsRelError: largestOf(relRanges),
    ties,
    idle: comparisons.length === 0 ? undefined : ties === comparisons.length,
    reference: values[reference]!,
    best: values[best]!,
    bestDiffAbsRelError,
  };
}

function rangeOf(comparison: Comparison, error: (outcome: Outcome) => number): number {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const outcome of comparison) {
    if (outcome === undefined) continue;
    const value = error(outcome);
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return most - least;
}

/** Table `axis_importance`: a row for each axis with several values, the most important axis first. */
export function axisImportanceTable(method: Method, ranked: readonly AxisImportance[]): Table {
  // An axis without comparisons has no rank.
  const rows = ranked.map((importance, i) => ({
    ...importance,
    rank: importance.comparisons > 0 ? i + 1 : null,
    best: importance.comparisons > 0 ? String(importance.best) : null,
    bestDiffAbsRelError: importance.comparisons > 0 ? importance.bestDiffAbsRelError : Number.NaN,
  }));
  return tableOf<(typeof rows)[number]>(rows, [
    methodColumn(method),
    count("rank", "place by mean_range_abs_rel_error, from 1"),
    text("axis", "name of the axis"),
    count("values", "number of its values in the sweep"),
    count("comparisons", "comparisons found"),
    number("mean_range_abs_error", "mean range of abs_error"),
    number("mean_range_abs_rel_error", "mean range of abs(rel_error)"),
    number("max_range_abs_rel_error", "largest range of abs(rel_error)"),
    count("ties", "comparisons with a range of at most 1e-7"),
    flag("idle", "whether all are ties, so that the axis changed nothing; null without comparisons"),
    text("reference", "reference value, as in `choices`", ({ reference }) => String(reference)),
    text("best", "value with the lowest diff_abs_rel_error in `choices`; the reference if none is below 0"),
    number("best_diff_abs_rel_error", "that difference; 0 for the reference"),
  ]);
}

/** The paired differences of one value of an axis from another, over the comparisons that have both. */
export interface Paired {
  pairs: number;
  /** Mean of the absolute error minus that of the other value; NaN without pairs, like the next. */
  diffAbsError: number;
  diffAbsRelError: number;
  /** Numbers of pairs in which the relative error is smaller, larger, and the same to 1e-7. */
  wins: number;
  losses: number;
  ties: number;
}

/** Compares the value at one index of the comparisons with that at another. */
export function pairedDifferences(
  comparisons: readonly Comparison[],
  value: number,
  reference: number,
): Paired {
  const paired = { pairs: 0, wins: 0, losses: 0, ties: 0 };
  let absError = 0;
  let absRelError = 0;
  for (const comparison of comparisons) {
    const ours = comparison[value];
    const theirs = comparison[reference];
    if (ours === undefined || theirs === undefined) continue;
    const difference = ours.absRelError - theirs.absRelError;
    paired.pairs++;
    absError += ours.absError - theirs.absError;
    absRelError += difference;
    if (Math.abs(difference) <= TIE) paired.ties++;
    else if (difference < 0) paired.wins++;
    else paired.losses++;
  }
  const { pairs } = paired;
  return { ...paired, diffAbsError: absError / pairs, diffAbsRelError: absRelError / pairs };
}
