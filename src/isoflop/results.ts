import type { Ends } from "../intervals/interval.ts";
import type { IsoflopSetting } from "./spec.ts";

/** Status of a budget. Budgets with one up to `no-spread` are in the law, the others are not. */
export type BudgetStatus =
  | "ok"
  | "outlier"
  | "no-noise"
  | "no-spread"
  | "unstable"
  | "edge"
  | "not-convex"
  | "few-sizes";

/** Source of the noise: the user, runs of one size, residuals from curves, or none. */
export type NoiseSource = "given" | "replicates" | "fit" | "none";

/** The runs and the setting that a minimum or a law belongs to. */
export interface IsoflopIdentity extends IsoflopSetting {
  /** Null for runs without a family. */
  family: string | null;
  subject: string;
}

/** The best model size of a budget, at one level of its intervals. */
export interface BudgetResult extends IsoflopIdentity {
  /** FLOPs. */
  c: number;
  /** Runs with a loss at the end of their training. */
  measured: number;
  sizes: number;
  /** Runs without one, or with one that is not above 0, and why; null where there are none. */
  leftOut: number;
  leftOutReason: string | null;
  /** Lowest mean loss that was measured, and its size. */
  lowestN: number;
  lowestLoss: number;
  /** Parameters, tokens and loss of the minimum; NaN where there is none. */
  n: number;
  d: number;
  loss: number;
  /** Where tokens are from: the budget, C/(6N), or those of the runs of the neighbouring sizes. */
  dFrom: "budget" | "runs";
  level: number;
  nEnds: Ends;
  dEnds: Ends;
  lossEnds: Ends;
  /** Relative standard deviation of a loss, where it is known from, and the degrees of freedom of its variance. */
  noise: number;
  noiseFrom: NoiseSource;
  noiseFreedom: number;
  /** Standard deviation of ln N over the draws with a minimum. */
  spread: number;
  /** Share of the draws whose minimum is at an edge of the sizes, and of those that have none for another reason. */
  edgeShare: number;
  lostShare: number;
  status: BudgetStatus;
  /** Null where all is well. */
  reason: string | null;
}

/** Outcome for a law; up to `few-draws` there is a law with an interval. */
export type LawStatus =
  | "ok"
  | "over-scattered"
  | "under-scattered"
  | "few-draws"
  | "no-spread"
  | "no-draws"
  | "no-noise"
  | "few-budgets";

/** Best model size or tokens as a power of the budget, at one level of its intervals. */
export interface LawResult extends IsoflopIdentity {
  quantity: "n" | "d";
  /** quantity = coefficient * C^exponent; NaN where there is no law. */
  exponent: number;
  coefficient: number;
  level: number;
  exponentEnds: Ends;
  coefficientEnds: Ends;
  /** Standard error of the exponent from the scatter of the budgets about the law; independent of the noise. */
  standardError: number;
  /** Budgets in the law, and those left out of it. */
  budgets: number;
  leftOut: number;
  /** Weighted share of the spread of ln(quantity) that the law explains. */
  rSquared: number;
  /** Root mean square, over budgets - 2, of residuals over how far noise moves each budget against the others: about 1 where noise explains them. */
  scatter: number;
  /** Probability that noise alone scatters them more; NaN where there is no scatter. */
  scatterProbability: number;
  /** Draws that have a law. */
  draws: number;
  status: LawStatus;
  reason: string | null;
}

/** A run of a budget, as the analysis took it. */
export interface BudgetPoint {
  family: string | null;
  subject: string;
  /** FLOPs of the budget. */
  c: number;
  run: string;
  n: number;
  d: number;
  loss: number;
}

/** What an analysis found. */
export interface IsoflopResults {
  points: BudgetPoint[];
  budgets: BudgetResult[];
  laws: LawResult[];
}
