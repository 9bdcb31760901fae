import { UserError } from "../errors.ts";
import { formatCount } from "./counts.ts";

/** What to simulate. All noise at 0 (`questions` too) gives the true values themselves. */
export interface LadderOptions {
  /** The same seed gives the same table and truth, to the last bit. @default 0 */
  seed?: number;
  /** Tasks, `task1`, `task2`, ...: they have loss and accuracy. @default 4 */
  tasks?: number;
  /** Model sizes of the runs to fit, in parameters. @default [200e6, 400e6, 800e6, 1.3e9] */
  sizes?: readonly number[];
  /** Lengths of training of each size, in multiples of 20 tokens a parameter. @default [1, 2, 5, 10] */
  multiples?: readonly number[];
  /** Evaluated checkpoints of a run to fit, evenly spaced in tokens; the last one is the end. @default 40 */
  checkpoints?: number;
  /** Standard deviation of a run's effect on ln(loss), one draw a run, shared by its subjects. @default 0.005 */
  runEffect?: number;
  /** Standard deviation of a checkpoint's noise on ln(loss), for each run and subject. @default 0.004 */
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

export type ResolvedLadderOptions = { [K in keyof LadderOptions]-?: NonNullable<LadderOptions[K]> };

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

interface Rule {
  allowed: string;
  holds(value: number): boolean;
}

const count = (low: number, high: number): Rule => ({
  allowed: `a whole number from ${low} to ${high}`,
  holds: (value) => Number.isInteger(value) && value >= low && value <= high,
});
const between = (low: number, high: number): Rule => ({
  allowed: `a number from ${low} to ${high}`,
  holds: (value) => value >= low && value <= high,
});

const RULES: { [K in keyof LadderOptions]-?: Rule } = {
  seed: count(0, Number.MAX_SAFE_INTEGER),
  tasks: count(1, 1000),
  sizes: count(1e6, 1e12),
  multiples: between(0.01, 1000),
  checkpoints: count(1, 10_000),
  runEffect: between(0, 1),
  checkpointNoise: between(0, 1),
  autocorrelation: { allowed: "a number from 0 to less than 1", holds: (value) => value >= 0 && value < 1 },
  questions: count(0, 100_000),
  excess: between(0, 1),
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
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const resolved: ResolvedLadderOptions = { ...LADDER_DEFAULTS, ...given };
  for (const [key, rule] of Object.entries(RULES) as [keyof LadderOptions, Rule][]) {
    const value = resolved[key];
    if (typeof value === "object") checkList(name(key), value, rule);
    else if (!rule.holds(value))
      throw new UserError(`${name(key)}: ${value} is not allowed; ${rule.allowed}`);
  }
  checkSpacing(resolved, name("checkpoints"));
  return resolved;
}

function checkList(name: string, values: readonly number[], rule: Rule): void {
  if (values.length === 0) throw new UserError(`${name}: no value; one or more of ${rule.allowed}`);
  values.forEach((value, i) => {
    if (!rule.holds(value)) throw new UserError(`${name}: ${value} is not allowed; ${rule.allowed}`);
    if (values.indexOf(value) < i) throw new UserError(`${name}: ${value} is there twice`);
  });
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
