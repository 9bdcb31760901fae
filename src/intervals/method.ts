import type { Draws } from "./draws.ts";
import { checkLevel, type Interval, noInterval } from "./interval.ts";
import type { PastErrors } from "./past-errors.ts";

/** All that a method may need. What is not given is missing, and methods that need it say so. */
export interface IntervalInputs {
  /** The statistic on the data as they are. */
  estimate?: number | undefined;
  /** The statistic on the replicates. */
  draws?: Draws | undefined;
  /** The statistic on replicates by all forms that may be true, with what no form knows. */
  pooledDraws?: Draws | undefined;
  /** The statistic on the replicates, with what its own forms do not know. */
  posteriorDraws?: Draws | undefined;
  /**
   * The statistic with one unit (run) left out: an array for each stratum that the replicates are drawn from; without
   * strata, one array.
   */
  jackknife?: readonly Float64Array[] | undefined;
  /** Standard error of the estimate, by the delta method. */
  standardError?: number | undefined;
  /** Degrees of freedom of the standard error; infinity is the normal. @default infinity */
  freedom?: number | undefined;
  /** Standard error of each replicate's statistic, by the delta method, in the order of `draws.values`. */
  replicateStandardErrors?: Float64Array | undefined;
  /**
   * Runs less free parameters, of the stage that has the fewest: degrees of freedom of the noise that the draws are made
   * of. Not above 0: it is not known.
   */
  residualFreedom?: number | undefined;
  /** Factor by which the draws are spread too little, as those with replacement are: sqrt(n/(n - 1)) for n runs. @default 1 */
  widening?: number | undefined;
  /** Errors of earlier predictions of values that are known. */
  pastErrors?: PastErrors | undefined;
}

type InputName = keyof IntervalInputs;

/** Inputs of which those that are needed are there. */
type WithNeeded<Needed extends InputName> = IntervalInputs & {
  [Name in Needed]-?: NonNullable<IntervalInputs[Name]>;
};

/** What is said of a way of making an interval. */
export interface IntervalMethodInfo<Needed extends InputName = InputName> {
  /** Name in sweep files and in result tables. */
  name: string;
  /** What it does, in a sentence without its full stop. */
  description: string;
  /** Where it comes from. */
  source: string;
  /** What it cannot do without. */
  needs: readonly Needed[];
}

/** A way of making an interval, and its record: one file each. */
export interface IntervalMethodRecord<Needed extends InputName> extends IntervalMethodInfo<Needed> {
  compute(inputs: WithNeeded<Needed>, level: number): Interval;
}

/** A method, the types of its needs hidden. */
export interface IntervalMethod extends IntervalMethodInfo {
  /**
   * The interval. What the data lack or do not bear is its status, never an exception.
   *
   * @param level what the interval is to cover, such as 0.9
   * @throws RangeError for a level that is not between 0 and 1
   */
  compute(inputs: IntervalInputs, level: number): Interval;
}

/** Makes a method from its record: inputs are checked before it computes. */
export function defineIntervalMethod<Needed extends InputName>(
  record: IntervalMethodRecord<Needed>,
): IntervalMethod {
  return {
    ...record,
    compute(inputs, level) {
      checkLevel(level);
      const draws = record.needs.some((name) => name === "pooledDraws") ? inputs.pooledDraws : inputs.draws;
      const refuse = (status: "missing-input" | "no-estimate"): Interval =>
        noInterval(status, draws?.count, draws?.dropped);
      if (!hasAll(inputs, record.needs)) return refuse("missing-input");
      // Once an estimate is needed it must be a number: the end points are made of it.
      const needsEstimate = record.needs.some((name) => name === "estimate");
      if (needsEstimate && !Number.isFinite(inputs.estimate)) return refuse("no-estimate");
      return record.compute(inputs, level);
    },
  };
}

function hasAll<Needed extends InputName>(
  inputs: IntervalInputs,
  needs: readonly Needed[],
): inputs is WithNeeded<Needed> {
  return needs.every((name) => inputs[name] !== undefined);
}

/**
 * Ways to estimate the error of a fit's parameters: `runs` and `points`, the sandwich with runs or points as what is
 * independent; `paper-delta`, the model ladder's own.
 */
export type SpreadKind = "runs" | "points" | "paper-delta";
