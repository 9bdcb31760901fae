import { UserError } from "../errors.ts";
import { formatCount } from "../tables/numbers.ts";
import {
  between,
  checkRules,
  count,
  NOISE_RULES,
  type NoiseOptions,
  type Resolved,
  type Rules,
  withDefaults,
} from "./option-rules.ts";

/** What to simulate; `LADDER_DEFAULTS` has the defaults of the noise. */
export interface LadderOptions extends NoiseOptions {
  /** The same seed gives the same table and truth, to the last bit. @default 0 */
  seed?: number;
  /** Tasks, `task1`, `task2`, ...: they have loss and accuracy. @default 4 */
  tasks?: number;
  /** Model sizes of the runs to fit, in parameters. @default [200e6, 400e6, 800e6, 1.3e9] */
  sizes?: readonly number[];
  /** Lengths of training of each size, in multiples of 20 tokens a parameter. @default [1, 2, 5, 10] */
  multiples?: readonly number[];
}

export type ResolvedLadderOptions = Resolved<LadderOptions>;

export const LADDER_DEFAULTS: ResolvedLadderOptions = {
  seed: 0,
  tasks: 4,
  sizes: [200e6, 400e6, 800e6, 1.3e9],
  multiples: [1, 2, 5, 10],
  checkpoints: 40,
  runEffect: 0.005,
  checkpointNoise: 0.004,
  autocorrelation: 0.5,
  questions: 1000,
  excess: 0.05,
};

/** Tokens a parameter at which training is called Chinchilla-optimal (Hoffmann et al. 2022). */
export const CHINCHILLA_TOKENS = 20;

/** Tokens of one training step. */
export const BATCH_TOKENS = 1e6;

const RULES: Rules<LadderOptions> = {
  seed: count(0, Number.MAX_SAFE_INTEGER),
  tasks: count(1, 1000),
  sizes: count(1e6, 1e12),
  multiples: between(0.01, 1000),
  ...NOISE_RULES,
};

/**
 * The options with defaults filled in.
 *
 * @param name how an option is called in messages
 * @throws UserError naming the option, the value and what is allowed
 */
export function resolveLadderOptions(
  options: LadderOptions,
  name: (key: keyof LadderOptions) => string = (key) => key,
): ResolvedLadderOptions {
  const resolved = withDefaults(options, LADDER_DEFAULTS);
  checkRules(resolved, RULES, name);
  checkSpacing(resolved, name("checkpoints"));
  return resolved;
}

/** Two checkpoints of a run need different steps. */
function checkSpacing({ sizes, multiples, checkpoints }: ResolvedLadderOptions, name: string): void {
  const n = Math.min(...sizes);
  const multiple = Math.min(...multiples);
  const most = Math.floor((CHINCHILLA_TOKENS * n * multiple) / BATCH_TOKENS);
  if (checkpoints <= most) return;
  throw new UserError(
    `${name}: ${checkpoints} is more than the ${most} steps of the shortest run ` +
      `(${formatCount(n)} parameters, multiple ${multiple}, ${formatCount(BATCH_TOKENS)} tokens a step)`,
  );
}
