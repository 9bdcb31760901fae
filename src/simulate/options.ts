import { UserError } from "../errors.ts";

/** What a number of an option may be. */
interface Rule {
  /** In words, for messages. */
  allowed: string;
  holds(value: number): boolean;
}

/** One option of a simulation: a number or a list of numbers, for whose values the rule holds. */
export interface SimulationOption<Value> extends Rule {
  default: Value;
  /** What it is, for the help of the command line. */
  describe: string;
}

/** All options of a simulation by their keys. */
export type OptionRecords<Options> = {
  readonly [K in keyof Options]-?: SimulationOption<NonNullable<Options[K]>>;
};

/** A rule of whole numbers. */
export const count = (low: number, high: number): Rule => ({
  allowed: `a whole number from ${low} to ${high}`,
  holds: (value) => Number.isInteger(value) && value >= low && value <= high,
});

/** A rule of real numbers. */
export const between = (low: number, high: number): Rule => ({
  allowed: `a number from ${low} to ${high}`,
  holds: (value) => value >= low && value <= high,
});

/** Correlation of neighbours in stationary noise. */
const CORRELATION: Rule = {
  allowed: "a number from 0 to less than 1",
  holds: (value) => value >= 0 && value < 1,
};

/** @param same what the seed makes the same */
export const seedOption = (same: string): SimulationOption<number> => ({
  default: 0,
  ...count(0, Number.MAX_SAFE_INTEGER),
  describe: `seed of the random numbers: the same seed gives the same ${same}`,
});

/** Options of every simulation. */
export interface SeedOption {
  /** The same seed gives the same table and truth, to the last bit. @default 0 */
  seed?: number;
}

/** Checkpoints of a simulated run and their noise. With all noise at 0 (`questions` too) the values are the true ones. */
export interface NoiseOptions extends SeedOption {
  /** Evaluated checkpoints of a run to fit, evenly spaced in tokens; the last one is the end. */
  checkpoints?: number;
  /** Standard deviation of a run's effect on ln(loss), one draw a run, shared by its subjects. */
  runEffect?: number;
  /** Standard deviation of a checkpoint's noise on ln(loss), for each run and subject. */
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

export const QUESTIONS = {
  ...count(0, 100_000),
  describe: "number of questions of each task; 0: exact accuracies",
};

/**
 * The records of the noise and its seed.
 *
 * @param seed what the seed makes the same
 * @param defaults those that differ between designs
 */
export function noiseOptions(
  seed: string,
  defaults: Required<Pick<NoiseOptions, "checkpoints" | "runEffect" | "checkpointNoise">>,
): OptionRecords<NoiseOptions> {
  const share = between(0, 1);
  return {
    seed: seedOption(seed),
    checkpoints: {
      default: defaults.checkpoints,
      ...count(1, 10_000),
      describe: "checkpoints of a run to fit",
    },
    runEffect: { default: defaults.runEffect, ...share, describe: "SD of a run's effect on ln(loss)" },
    checkpointNoise: {
      default: defaults.checkpointNoise,
      ...share,
      describe: "SD of a checkpoint's noise on ln(loss)",
    },
    autocorrelation: { default: 0.5, ...CORRELATION, describe: "correlation of neighbouring checkpoints" },
    questions: { default: 1000, ...QUESTIONS },
    excess: { default: 0.05, ...share, describe: "excess of ln(loss) at the peak learning rate" },
  };
}

/**
 * The options with defaults filled in; an undefined option counts as not given.
 *
 * @param name how an option is called in messages
 * @throws UserError naming the option, the value and what is allowed
 */
export function resolveOptions<Options extends object>(
  records: OptionRecords<Options>,
  options: Options,
  name: (key: string) => string = (key) => key,
): Required<Options> {
  const entries = Object.entries<SimulationOption<unknown>>(records).map(
    ([key, { default: value, ...rule }]) => {
      const given = (options as Readonly<Record<string, unknown>>)[key] ?? value;
      checkValue(name(key), given as number | readonly number[], rule);
      return [key, given];
    },
  );
  return Object.fromEntries(entries) as Required<Options>;
}

function checkValue(name: string, value: number | readonly number[], { allowed, holds }: Rule): void {
  const values = typeof value === "number" ? [value] : value;
  if (values.length === 0) throw new UserError(`${name}: no value; allowed: one or more of ${allowed}`);
  values.forEach((number, i) => {
    if (!holds(number)) throw new UserError(`${name}: ${number}; allowed: ${allowed}`);
    if (values.indexOf(number) < i)
      throw new UserError(`${name}: ${number} is given twice; allowed: each once`);
  });
}
