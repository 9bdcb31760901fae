import type { LogTerm } from "../../forms/form.ts";
import type { Tensor } from "./devices.ts";
import type { Bending } from "./step.ts";
import type { Quadratic } from "./tensor-form.ts";

/** Where the fits of a batch are; tensors are [fits] unless said otherwise. */
export interface SearchState {
  /** Parameters in the user's coordinates, [parameters, fits]: they tell which bounds are reached. */
  p: Tensor;
  /** In the shifted coordinates: the form is evaluated at these. */
  q: Tensor[];
  at: Quadratic;
  lambda: Tensor;
  /** Factor of the damping after a rejected step. */
  rise: Tensor;
  /** Quiet steps in a row. */
  quiet: Tensor;
  /** 1 before the first step. */
  young: Tensor;
  /** 1 while the fit goes on. */
  active: Tensor;
  /** Evaluations so far. */
  count: Tensor;
}

/** What does not change while a batch is advanced; tensors are [fits] unless said otherwise. */
export interface SearchBatch {
  /** [parameters, fits]; infinite where there is none. */
  lower: Tensor;
  upper: Tensor;
  /** Whether any fit has a bound of any parameter. */
  bounded: boolean;
  logTerms: readonly LogTerm[];
  /** Largest distance of each column from its mean; of columns of log-terms. */
  halfRanges: readonly (Tensor | undefined)[];
  links: readonly Link[];
  coefficients: readonly Tensor[];
  bending: Bending | undefined;
  /** [parameters, 1]: 1 for parameters that the first step leaves alone; undefined where it leaves none. */
  fixedAtFirst: Tensor | undefined;
  /** Most evaluations of a fit. */
  limit: number;
  evaluate(q: readonly Tensor[]): Quadratic;
}

/**
 * The coordinates that are searched in. In exp(a - alpha*ln N) level and slope are nearly collinear, because ln N is far from
 * 0 at every point; float32 cannot tell them apart. So every column of a log-term is shifted to its mean, and the level q of
 * the shifted term takes the level p's place: q = p + sum of coefficient * slope. The form's value is the same.
 */
export interface Coordinates {
  /** Columns that are shifted. */
  shifted: ReadonlySet<number>;
  /** Levels, each with a slope that it answers to. */
  links: readonly Link[];
}

/** One slope in the sum of one level: the coefficient is the sum of sign * mean of the column. */
export interface Link {
  level: number;
  slope: number;
  columns: readonly { column: number; sign: number }[];
}

/** The coordinates of a form with these log-terms. */
export function coordinatesOf(logTerms: readonly LogTerm[]): Coordinates {
  const links = logTerms.flatMap(({ level, levelSign, slopes }): Link[] =>
    [...new Set(slopes.map(({ parameter }) => parameter))].map((slope) => ({
      level,
      slope,
      columns: slopes
        .filter(({ parameter }) => parameter === slope)
        .map(({ column, sign }) => ({ column, sign: sign * levelSign })),
    })),
  );
  const shifted = new Set(logTerms.flatMap(({ slopes }) => slopes.map(({ column }) => column)));
  return { shifted, links };
}

/** Coefficient of each link, from the mean of every column. */
export function linkCoefficients({ links }: Coordinates, means: ArrayLike<number>): Float64Array {
  return Float64Array.from(links, ({ columns }) =>
    columns.reduce((sum, { column, sign }) => sum + sign * means[column]!, 0),
  );
}

/**
 * Adds each level's share of the slopes to it, in place: p to q with sign 1, q to p with sign -1. Right for steps too. Levels
 * are no slopes, so the order of the links means nothing.
 */
export function shiftLevels(
  { links }: Coordinates,
  coefficients: ArrayLike<number>,
  parameters: Float64Array | Float32Array,
  sign: 1 | -1,
): void {
  links.forEach(({ level, slope }, k) => {
    parameters[level]! += sign * coefficients[k]! * parameters[slope]!;
  });
}
