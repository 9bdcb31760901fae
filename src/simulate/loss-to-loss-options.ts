import { between, checkRules, count, type Resolved, type Rules, withDefaults } from "./option-rules.ts";

/** What to simulate; `LOSS_TO_LOSS_DEFAULTS` has the defaults. */
export interface LossToLossOptions {
  /** The same seed gives the same table and truth, to the last bit. The laws are the same for all seeds. @default 0 */
  seed?: number;
  /** Standard deviation of a run's noise on the logarithm of its train loss above the irreducible one; its other losses follow. */
  runEffect?: number;
  /** Standard deviation of the noise on the logarithm of each other loss. */
  evaluationNoise?: number;
  /** Questions of each task; 0: errors without noise. */
  questions?: number;
}

export type ResolvedLossToLossOptions = Resolved<LossToLossOptions>;

export const LOSS_TO_LOSS_DEFAULTS: ResolvedLossToLossOptions = {
  seed: 0,
  runEffect: 0.01,
  evaluationNoise: 0.001,
  questions: 2000,
};

const RULES: Rules<LossToLossOptions> = {
  seed: count(0, Number.MAX_SAFE_INTEGER),
  runEffect: between(0, 1),
  evaluationNoise: between(0, 1),
  questions: count(0, 100_000),
};

/**
 * The options with defaults filled in.
 *
 * @param name how an option is called in messages
 * @throws UserError naming the option, the value and what is allowed
 */
export function resolveLossToLossOptions(
  options: LossToLossOptions,
  name: (key: keyof LossToLossOptions) => string = (key) => key,
): ResolvedLossToLossOptions {
  const resolved = withDefaults(options, LOSS_TO_LOSS_DEFAULTS);
  checkRules(resolved, RULES, name);
  return resolved;
}
