import { type BestUse, bestUsesOf } from "./best-uses.ts";
import { cardOf, type IdentifiabilityCard, lineariseFit, type SolvedFit, spreadsOf } from "./card.ts";
import { type FitFreedom, freedomOf } from "./determined.ts";
import type { Unknown } from "./fit.ts";
import { type Misfit, misfitOf } from "./misfit.ts";
import { optimumJudge } from "./open-optimum.ts";
import type { Spread } from "./spread.ts";

/** What the points of a fit say of its parameters, as plain data, which threads can give each other. */
export interface FitStudy {
  freedom: FitFreedom;
  /** Without profiles. */
  card: IdentifiabilityCard;
  misfit: Misfit | Unknown;
  /** Of the budgets that are asked for, in order. */
  bestUses?: readonly BestUse[];
}

/** Studies a fit; it is linearised once for all. */
export function studyFit(fit: SolvedFit): FitStudy {
  const { problem, runs, flops, budgets } = fit;
  const { parameters } = fit.solution;
  const linear = lineariseFit(fit);
  const spreads = spreadsOf(linear);
  const [byRuns, byPoints] = spreads as [Spread | Unknown, Spread | Unknown];
  const here = { problem, parameters, runs };
  return {
    freedom: freedomOf({ ...fit, parameters }, linear),
    card: cardOf(fit, linear, spreads),
    misfit: "reason" in linear ? linear : misfitOf(linear, flops),
    ...(budgets && {
      bestUses: bestUsesOf(
        here,
        budgets,
        byRuns,
        optimumJudge(here, linear, () => byPoints),
      ),
    }),
  };
}
