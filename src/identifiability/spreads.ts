import type { Fit, Unknown } from "./fit.ts";
import { linearise } from "./linearise.ts";
import { modelSpread } from "./model-spread.ts";
import { sandwich } from "./sandwich.ts";
import type { Spread } from "./spread.ts";

/**
 * Ways to say how far a fit's parameters may be off: `runs` and `points`, the sandwich with runs or points as what is
 * independent; `paper-delta`, the model ladder's own.
 */
export type SpreadKind = "runs" | "points" | "paper-delta";

/** How far the parameters of a fit may be off. */
export function spreadOf(fit: Fit, kind: SpreadKind): Spread | Unknown {
  const linear = linearise(fit);
  if ("reason" in linear) return linear;
  return kind === "paper-delta" ? modelSpread(linear) : sandwich(linear, kind);
}
