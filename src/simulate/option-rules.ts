import { UserError } from "../errors.ts";

/** What one option of a simulation may be. */
interface Rule {
  /** In words, for messages. */
  allowed: string;
  holds(value: number): boolean;
}

/** A rule for each option; that of a list holds for its values. */
export type Rules<Options> = { readonly [K in keyof Options]-?: Rule };

/** Options with all defaults filled in. */
export type Resolved<Options> = { [K in keyof Options]-?: NonNullable<Options[K]> };

export const count = (low: number, high: number): Rule => ({
  allowed: `a whole number from ${low} to ${high}`,
  holds: (value) => Number.isInteger(value) && value >= low && value <= high,
});

export const between = (low: number, high: number): Rule => ({
  allowed: `a number from ${low} to ${high}`,
  holds: (value) => value >= low && value <= high,
});

/** Correlation of neighbours in stationary noise. */
const CORRELATION: Rule = {
  allowed: "a number from 0 to less than 1",
  holds: (value) => value >= 0 && value < 1,
};

/** The options that are given, the defaults for the others; an undefined option counts as not given. */
export function withDefaults<Options extends object>(
  options: Options,
  defaults: Resolved<Options>,
): Resolved<Options> {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  return { ...defaults, ...given };
}

/**
 * Demands that every option is allowed.
 *
 * @param name how an option is called in messages
 * @throws UserError naming the option, the value and what is allowed
 */
export function checkRules<Options extends object>(
  resolved: Resolved<Options>,
  rules: Rules<Options>,
  name: (key: Extract<keyof Options, string>) => string,
): void {
  for (const [key, rule] of Object.entries(rules) as [Extract<keyof Options, string>, Rule][]) {
    const value: number | readonly number[] = resolved[key] as number | readonly number[];
    if (typeof value === "object") checkList(name(key), value, rule);
    else if (!rule.holds(value)) {
      throw new UserError(`${name(key)}: ${value} is not allowed; ${rule.allowed}`);
    }
  }
}

function checkList(name: string, values: readonly number[], rule: Rule): void {
  if (values.length === 0) throw new UserError(`${name}: no value; one or more of ${rule.allowed}`);
  values.forEach((value, i) => {
    if (!rule.holds(value)) throw new UserError(`${name}: ${value} is not allowed; ${rule.allowed}`);
    if (values.indexOf(value) < i) throw new UserError(`${name}: ${value} is there twice`);
  });
}

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
