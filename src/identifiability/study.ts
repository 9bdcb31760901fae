import { cardOf, type IdentifiabilityCard, lineariseFit, type SolvedFit } from "./card.ts";
import { type FitFreedom, freedomOf } from "./determined.ts";
import type { Unknown } from "./fit.ts";
import { type Misfit, misfitOf } from "./misfit.ts";

/** What the points of a fit say of its parameters, as plain data, which threads can give each other. */
export interface FitStudy {
  freedom: FitFreedom;
  /** Without profiles. */
  card: IdentifiabilityCard;
  misfit: Misfit | Unknown;
}

/** Studies a fit; it is linearised once for all. */
export function studyFit(fit: SolvedFit): FitStudy {
  const linear = lineariseFit(fit);
  const { parameters } = fit.solution;
  return {
    freedom: freedomOf({ ...fit, parameters }, linear),
    card: cardOf(fit, linear),
    misfit: "reason" in linear ? linear : misfitOf(linear, fit.flops),
  };
}
