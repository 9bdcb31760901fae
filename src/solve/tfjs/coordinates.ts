import type { LogTerm } from "../../forms/form.ts";

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
