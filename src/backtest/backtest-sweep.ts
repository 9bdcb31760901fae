import { largestOf } from "../plan/runs-used.ts";
import { isDetermined } from "../plan/score.ts";
import type { SolveResult } from "../solve/problem.ts";
import { countOf, formatNumber } from "../text.ts";
import { type BackPrediction, extrapolationOf } from "./back-prediction.ts";
import { withConformal } from "./conformal.ts";
import type { Cuts } from "./cuts.ts";
import { type HitRate, hitRates } from "./hit-rates.ts";
import { rollOut, type SweptRuns } from "./roll-out.ts";
import type { Backtest } from "./spec.ts";

/** What the back-tests of a sweep came to. */
export interface Backtests {
  predictions: readonly BackPrediction[];
  rates: readonly HitRate[];
  /** What was done, in a line. */
  summary: string;
}

/**
 * Rolls a sweep out over all cuts: the smaller runs predict the larger ones.
 *
 * @param known results of the sweep's own problems, by key; left as they are
 */
export async function backtestSweep(
  swept: SweptRuns,
  { cuts, tooFew }: Cuts,
  { by, leastRuns, levels }: Backtest,
  known: ReadonlyMap<string, SolveResult>,
): Promise<Backtests> {
  const results = new Map(known);
  const found: BackPrediction[] = [];
  const skipped = new Map<string, number>();
  let solved = 0;
  for (const cut of cuts) {
    const rollout = await rollOut(cut, swept, results);
    for (const one of rollout.predictions) found.push(one);
    for (const { stage, reason } of rollout.skipped) {
      const why = `${stage}: ${reason}`;
      skipped.set(why, (skipped.get(why) ?? 0) + 1);
    }
    solved += rollout.solved;
  }
  const line = skippedLine(skipped);
  if (line !== undefined) swept.watch.onWarning?.(`back-tests: ${line}`);
  const open = found.filter((one) => !isDetermined(one)).length;
  if (open > 0) {
    swept.watch.onWarning?.(
      `back-tests: ${open} of ${countOf(found.length, "prediction")} are not determined by the runs up to their cut, and count in rates and ` +
        "errors all the same (table backtests, column determined)",
    );
  }
  const predictions = withConformal(found, levels);
  const left = tooFew === 0 ? "" : ` (${tooFew} more have fewer than ${leastRuns} runs)`;
  return {
    predictions,
    rates: hitRates(predictions),
    summary:
      `back-tests: ${countOf(cuts.length, "cut")} by ${by}${left}: ${countOf(found.length, "prediction")} of larger runs, ` +
      `${countOf(solved, "problem")} more; ${reach(predictions, swept)}`,
  };
}

/** How far back-tests reach, and how far the sweep itself does. */
function reach(predictions: readonly BackPrediction[], { plan }: SweptRuns): string {
  const extrapolation = extrapolationOf(plan);
  const ratios = plan.cells.flatMap((cell) =>
    plan.targets.map((target) => extrapolation({ cell, target: target.name }).ratio),
  );
  const upTo = (values: readonly number[]) => formatNumber(Number(largestOf(values).toPrecision(2)));
  const tested = predictions.length === 0 ? "none" : `up to ${upTo(predictions.map(({ ratio }) => ratio))}`;
  return `ratios ${tested}, those of the sweep's targets up to ${upTo(ratios.filter((one) => one > 0))}`;
}

/** What stages had no solution, in a line with the commonest reason; undefined where all had one. */
function skippedLine(counts: ReadonlyMap<string, number>): string | undefined {
  const [first, ...others] = [...counts].sort(([, a], [, b]) => b - a);
  if (first === undefined) return undefined;
  const total = [...counts.values()].reduce((sum, one) => sum + one, 0);
  const more = others.length === 0 ? "" : ` and ${countOf(others.length, "other reason")}`;
  return `${countOf(total, "stage")} of cells at cuts without a solution: ${first[0]} (${first[1]})${more}`;
}
