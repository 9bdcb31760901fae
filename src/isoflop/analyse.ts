import { centralInterval } from "../intervals/draw-interval.ts";
import { drawsOf } from "../intervals/draws.ts";
import type { RunIndex } from "../methods/runs.ts";
import { type BudgetMinimum, budgetMinimum } from "./budget-minimum.ts";
import { type BudgetGroup, findBudgets } from "./budgets.ts";
import { powerLaws } from "./law.ts";
import { estimateNoise } from "./noise-estimate.ts";
import { normalDraws } from "./normal-draws.ts";
import type { BudgetPoint, BudgetResult, Ends, IsoflopIdentity, IsoflopResults } from "./results.ts";
import { type FilledIsoflop, settingsOf } from "./spec.ts";

/** An analysis with its subjects chosen. */
export interface IsoflopPlan extends FilledIsoflop {
  subjects: string[];
  seed: number;
}

/**
 * The best model size of every budget, and the laws of it (Hoffmann et al., 2022, approach 2), with error bars by noise and
 * interpolation (Porian et al., 2024): noise is added to every loss many times, and the minimum found each time.
 *
 * @throws UserError for a loss that is not above 0
 */
export function analyseBudgets(index: RunIndex, plan: IsoflopPlan): IsoflopResults {
  const settings = settingsOf(plan);
  const results: IsoflopResults = { points: [], budgets: [], laws: [] };
  for (const group of findBudgets(index, plan.metric, plan.subjects, plan.tolerance)) {
    const { family, subject, budgets } = group;
    results.points.push(...pointsOf(group));
    const noise = plan.noise ?? noiseOf(group);
    // All settings see the same noise: what they find is compared draw by draw.
    const unitNoise = budgets.map(({ runs }) =>
      runs.map(({ place }) =>
        normalDraws(plan.seed, JSON.stringify(["isoflop", family, subject, plan.metric, place]), plan.draws),
      ),
    );
    for (const setting of settings) {
      const identity = { ...setting, family, subject };
      const minima = budgets.map((budget, b) => budgetMinimum(budget, setting, noise, unitNoise[b]!));
      results.budgets.push(
        ...minima.flatMap((minimum) => budgetResults(identity, minimum, noise, plan.levels)),
      );
      for (const quantity of ["n", "d"] as const) {
        results.laws.push(
          ...powerLaws(minima, quantity, plan.levels).map((law) => ({ ...identity, ...law })),
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

function noiseOf({ budgets }: BudgetGroup): number {
  const curves = budgets.map(({ runs }) => ({
    x: Float64Array.from(runs, ({ n }) => Math.log(n)),
    logLoss: Float64Array.from(runs, ({ loss }) => Math.log(loss)),
  }));
  return estimateNoise(curves).noise;
}

/** A result for each level. */
function budgetResults(
  identity: IsoflopIdentity,
  { budget, sizes, lowest, logN, logD, loss, draws, status, reason }: BudgetMinimum,
  noise: number,
  levels: readonly number[],
): BudgetResult[] {
  const [ofN, ofD, ofLoss] = (["logN", "logD", "loss"] as const).map((key) =>
    drawsOf(draws?.[key] ?? new Float64Array(0)),
  );
  const ends = (of: typeof ofN, level: number): Ends => centralInterval(of!, level);
  const exponentials = ({ lower, upper }: Ends): Ends => ({ lower: Math.exp(lower), upper: Math.exp(upper) });
  return levels.map((level) => ({
    ...identity,
    c: budget.c,
    measured: budget.runs.length,
    sizes,
    leftOut: budget.leftOut,
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
    noise,
    spread: draws?.spread ?? Number.NaN,
    edgeShare: draws?.edgeShare ?? Number.NaN,
    lostShare: draws?.lostShare ?? Number.NaN,
    status,
    reason,
  }));
}
