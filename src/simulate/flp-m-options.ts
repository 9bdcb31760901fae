import {
  checkRules,
  count,
  NOISE_RULES,
  type NoiseOptions,
  type Resolved,
  type Rules,
  withDefaults,
} from "./option-rules.ts";

/** What to simulate; `FLP_M_DEFAULTS` has the defaults. */
export interface FlpMOptions extends NoiseOptions {
  /** The same seed gives the same table and truth, to the last bit. The laws are the same for all seeds. @default 0 */
  seed?: number;
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

/** The most checkpoints are fewer than the 16632 steps of the shortest run, so that two have different steps. */
const RULES: Rules<FlpMOptions> = { seed: count(0, Number.MAX_SAFE_INTEGER), ...NOISE_RULES };

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
