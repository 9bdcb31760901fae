import { correlation, Matrix } from "ml-matrix";
import { twoSidedTail } from "../../intervals/distributions/student-t.ts";

/** A Pearson correlation; NaN where there are fewer than three pairs or one side does not vary. */
export interface Correlation {
  r: number;
  /** Probability of an |r| as large without any correlation (two-sided t test). */
  p: number;
}

/** Correlates two lists of one length. */
export function pearson(x: readonly number[], y: readonly number[]): Correlation {
  const freedom = x.length - 2;
  if (freedom < 1) return { r: Number.NaN, p: Number.NaN };
  const r = correlation(Matrix.columnVector([...x]), Matrix.columnVector([...y])).get(0, 0);
  if (Math.abs(r) >= 1) return { r: Math.sign(r), p: 0 };
  return { r, p: twoSidedTail(r * Math.sqrt(freedom / (1 - r * r)), freedom) };
}
