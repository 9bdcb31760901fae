import { centralInterval, drawsOf } from "../intervals/draws.ts";
import type { Ends } from "../intervals/interval.ts";
import type { RunIndex } from "../methods/runs.ts";
import { type BudgetMinimum, budgetMinima } from "./budget-minimum.ts";
import { type BudgetGroup, findBudgets } from "./budgets.ts";
import { powerLaws } from "./law.ts";
import { type Noise, noiseOf } from "./noise.ts";
import type { BudgetPoint, BudgetResult, IsoflopIdentity, IsoflopResults } from "./results.ts";
import { type IsoflopPlan, settingsOf } from "./spec.ts";

/**
 * The best model size of every budget, and the laws of it (Hoffmann et al., 2022, approach 2), with error bars by noise and
 * interpolation (Porian et al., 2024): noise is added to every loss many times, and the minimum found each time.
 *
 * @throws UserError where no loss is above 0
 */
export function analyseBudgets(index: RunIndex, plan: IsoflopPlan): IsoflopResults {
  const settings = settingsOf(plan);
  const results: IsoflopResults = { points: [], budgets: [], laws: [] };
  for (const group of findBudgets(index, plan.metric, plan.subjects, plan.tolerance)) {
    const { family, subject, budgets } = group;
    results.points.push(...pointsOf(group));
    // All settings see the same noise: what they find is compared draw by draw.
    const noise = noiseOf(group, plan);
    for (const setting of settings) {
      const identity = { ...setting, family, subject };
      const minima = budgetMinima(budgets, setting, noise);
      results.budgets.push(
        ...minima.flatMap((minimum) => budgetResults(identity, minimum, noise, plan.levels)),
      );
      for (const quantity of ["n", "d"] as const) {
        results.laws.push(
          ...powerLaws(minima, quantity, noise, plan.levels).map((law) => ({ ...identity, ...law })),
        );
      }
    }
  }
  return results;
}

function pointsOf({ family, subject, budgets }: BudgetGroup): BudgetPoint[] {
  return budgets.flatMap(({ c, runs }) =>
    runs.map(({ run, n, d, loss }) => ({ family, subject, c, run, n, d, loss })),
  );
}

/** A result for each level. */
function budgetResults(
  identity: IsoflopIdentity,
  { budget, sizes, lowest, logN, logD, loss, draws, status, reason }: BudgetMinimum,
  noise: Noise,
  levels: readonly number[],
): BudgetResult[] {
  const [ofN, ofD, ofLoss] = (["logN", "logD", "loss"] as const).map((key) =>
    drawsOf(draws?.[key] ?? new Float64Array(0)),
  );
  const ends = (of: typeof ofN, level: number): Ends => {
    const { lower, upper } = centralInterval(of!, level);
    // If nearly all draws lie at one edge, so do both ends: there is no interval, and the status is the reason.
    return lower < upper ? { lower, upper } : { lower: Number.NaN, upper: Number.NaN };
  };
  const exponentials = ({ lower, upper }: Ends): Ends => ({ lower: Math.exp(lower), upper: Math.exp(upper) });
  return levels.map((level) => ({
    ...identity,
    c: budget.c,
    measured: budget.runs.length,
    sizes,
    leftOut: budget.leftOut,
    leftOutReason: budget.leftOutReason,
    lowestN: lowest.n,
    lowestLoss: lowest.loss,
    n: Math.exp(logN),
    d: Math.exp(logD),
    loss,
    dFrom: budget.spendsAll ? "budget" : "runs",
    level,
    nEnds: exponentials(ends(ofN, level)),
    dEnds: exponentials(ends(ofD, level)),
    lossEnds: ends(ofLoss, level),
    noise: noise.sd,
    noiseFreedom: noise.freedom,
    noiseFrom: noise.source,
    spread: draws?.spread ?? Number.NaN,
    edgeShare: draws?.edgeShare ?? Number.NaN,
    lostShare: draws?.lostShare ?? Number.NaN,
    status,
    reason,
  }));
}
