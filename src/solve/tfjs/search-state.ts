import type { LogTerm } from "../../forms/form.ts";
import type { Tensor } from "./devices.ts";
import type { Bending } from "./step.ts";
import type { Quadratic } from "./tensor-form.ts";

/** The current state of the fits of a batch; tensors are [fits] unless stated otherwise. */
export interface SearchState {
  /** Parameters in the user's coordinates, [parameters, fits], in which bounds are checked. */
  p: Tensor;
  /** Parameters in the shifted coordinates, in which the form is evaluated. */
  q: Tensor[];
  at: Quadratic;
  lambda: Tensor;
  /** Factor by which the damping grows after a rejected step. */
  rise: Tensor;
  /** Number of quiet steps in a row. */
  quiet: Tensor;
  /** 1 before the first step. */
  young: Tensor;
  /** 1 while the fit goes on. */
  active: Tensor;
  /** Evaluations so far. */
  count: Tensor;
}

/** The parts of a batch that stay the same while it advances; tensors are [fits] unless stated otherwise. */
export interface SearchBatch {
  /** Bounds, [parameters, fits]; infinite where there is none. */
  lower: Tensor;
  upper: Tensor;
  /** Whether any parameter of any fit is bounded. */
  bounded: boolean;
  logTerms: readonly LogTerm[];
  /** Largest distance of each column from its mean; undefined for columns outside of log-terms. */
  halfRanges: readonly (Tensor | undefined)[];
  links: readonly Link[];
  coefficients: readonly Tensor[];
  bending: Bending | undefined;
  /** 1 for parameters that the first step does not move, [parameters, 1]; undefined where it moves all. */
  fixedAtFirst: Tensor | undefined;
  /** Largest number of evaluations of a fit. */
  limit: number;
  evaluate(q: readonly Tensor[]): Quadratic;
}

/**
 * The coordinates of the search. In exp(a - alpha*ln N) level and slope are nearly collinear, because ln N is far from 0 at every
 * point, and float32 cannot separate them. So the mean of every column of a log-term is subtracted from it, and the level p is
 * replaced by that of the shifted term, q = p + sum of coefficient * slope. The value of the form is the same.
 */
export interface Coordinates {
  /** Columns that are shifted. */
  shifted: ReadonlySet<number>;
  /** Pairs of a level and a slope on which it depends. */
  links: readonly Link[];
}

/** A slope in the sum of a level: its coefficient is the sum of sign * mean of the column. */
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
 * Adds the share of the slopes to each level, in place: p becomes q with sign 1, q becomes p with sign -1. It applies to steps too.
 * A level is never a slope, so the order of the links does not matter.
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
