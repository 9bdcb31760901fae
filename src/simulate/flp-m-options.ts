import {
  between,
  CORRELATION,
  checkRules,
  count,
  type Resolved,
  type Rules,
  withDefaults,
} from "./option-rules.ts";

/** What to simulate. All noise at 0 (`questions` too) gives the true values themselves. */
export interface FlpMOptions {
  /** The same seed gives the same table and truth, to the last bit. The laws are the same for all seeds. @default 0 */
  seed?: number;
  /** Evaluated checkpoints of a run to fit, evenly spaced in tokens; the last one is the end. @default 30 */
  checkpoints?: number;
  /** Standard deviation of a run's effect on ln(loss), one draw a run, shared by its domains. @default 0.002 */
  runEffect?: number;
  /** Standard deviation of a checkpoint's noise on ln(loss), for each run and subject. @default 0.002 */
  checkpointNoise?: number;
  /** Correlation of that noise between neighbouring checkpoints. @default 0.5 */
  autocorrelation?: number;
  /**
   * Questions of each task: a measured accuracy is the share of right answers among that many, drawn anew at
   * every checkpoint. 0: no such noise. @default 1000
   */
  questions?: number;
  /** Excess of ln(loss) at the peak learning rate; it falls to 0 with the cosine schedule. @default 0.05 */
  excess?: number;
}

export type ResolvedFlpMOptions = Resolved<FlpMOptions>;

/** The checkpoints are those of the paper: one at every thirtieth of the training (section 3.3). */
export const FLP_M_DEFAULTS: ResolvedFlpMOptions = {
  seed: 0,
  checkpoints: 30,
  runEffect: 0.002,
  checkpointNoise: 0.002,
  autocorrelation: 0.5,
  questions: 1000,
  excess: 0.05,
};

const RULES: Rules<FlpMOptions> = {
  seed: count(0, Number.MAX_SAFE_INTEGER),
  // Fewer than the 16632 steps of the shortest run, so that two checkpoints have different steps.
  checkpoints: count(1, 10_000),
  runEffect: between(0, 1),
  checkpointNoise: between(0, 1),
  autocorrelation: CORRELATION,
  questions: count(0, 100_000),
  excess: between(0, 1),
};

/**
 * The options with defaults filled in.
 *
 * @param name how an option is called in messages
 * @throws UserError naming the option, the value and what is allowed
 */
export function resolveFlpMOptions(
  options: FlpMOptions,
  name: (key: keyof FlpMOptions) => string = (key) => key,
): ResolvedFlpMOptions {
  const resolved = withDefaults(options, FLP_M_DEFAULTS);
  checkRules(resolved, RULES, name);
  return resolved;
}
