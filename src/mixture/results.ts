import type { Verdict } from "../identifiability/determined.ts";
import type { Judgement } from "../intervals/judge.ts";
import type { Configuration } from "../methods/method.ts";
import type { Cell } from "../plan/plan-sweep.ts";
import type { Optimum, Shape } from "./best.ts";
import type { Shares } from "./space.ts";

/** A lower and an upper end; NaN where there is none. */
export interface Ends {
  lower: number;
  upper: number;
}

/** What a prediction over mixtures is of. */
export interface MixtureIdentity {
  configuration: Configuration;
  /** Undefined for the set of tasks. */
  cell: Cell | undefined;
  task: string;
  /** Target whose size it is of. */
  target: string;
}

/** One mixture on a curve. */
export interface CurvePoint extends MixtureIdentity, Judgement {
  /** The source whose share is varied. */
  varied: string;
  shares: Shares;
  predicted: number;
  /** Whether the data determine it. */
  verdict: Verdict;
  level: number | undefined;
  interval: Ends;
}

/** The best mixture of a task, or of the set, at one size. */
export interface BestMixture extends MixtureIdentity, Judgement {
  /** Tasks that it is best for: one, or those of the set that can be predicted. */
  tasks: readonly string[];
  optimum: Optimum;
  /** Whether the data determine what it gives. */
  verdict: Verdict;
  baseline: Optimum;
  /** How much better than the baseline it is; of losses, how much lower. */
  gain: number;
  /** Along the varied one of two sources; undefined for more. */
  shape: Shape | undefined;
  /** Sources whose share is at an end of its range. */
  atEnds: readonly string[];
  level: number | undefined;
  /** Of the optimum's share of each source: where the replicates have their own optimum. */
  shares: readonly Ends[];
  /** Of what this mixture gives. */
  predicted: Ends;
  /** Of this mixture's gain. */
  gains: Ends;
  /** Share of the replicates in which this mixture is better than the baseline. */
  better: number;
  /** Replicates that have a value. */
  draws: number;
}

/** What a study of mixtures found. */
export interface MixtureResults {
  curves: CurvePoint[];
  optima: BestMixture[];
}
