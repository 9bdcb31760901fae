import { between, CORRELATION, count, type Resolved, type Rules } from "./option-rules.ts";

/** Checkpoints of a simulated run and their noise. All noise at 0 (`questions` too) gives the true values themselves. */
export interface NoiseOptions {
  /** Evaluated checkpoints of a run to fit, evenly spaced in tokens; the last one is the end. */
  checkpoints?: number;
  /** Standard deviation of a run's effect on ln(loss), one draw a run, shared by its subjects. */
  runEffect?: number;
  /** Standard deviation of a checkpoint's noise on ln(loss), for each run and subject. */
  checkpointNoise?: number;
  /** Correlation of that noise between neighbouring checkpoints. */
  autocorrelation?: number;
  /**
   * Questions of each task: a measured accuracy is the share of right answers among that many, drawn anew at
   * every checkpoint. 0: no such noise.
   */
  questions?: number;
  /** Excess of ln(loss) at the peak learning rate; it falls to 0 with the cosine schedule. */
  excess?: number;
}

export type ResolvedNoise = Resolved<NoiseOptions>;

export const NOISE_RULES: Rules<NoiseOptions> = {
  checkpoints: count(1, 10_000),
  runEffect: between(0, 1),
  checkpointNoise: between(0, 1),
  autocorrelation: CORRELATION,
  questions: count(0, 100_000),
  excess: between(0, 1),
};
