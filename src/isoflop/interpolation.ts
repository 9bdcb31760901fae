import type { PowerShape, ShapeDraw } from "./powers.ts";

/** Lowest point of a curve through, or near, the losses of one budget. */
export interface Minimum {
  kind: "minimum";
  /** ln N. */
  x: number;
  loss: number;
  /**
   * How far noise moves x, to first order and up to a factor that all draws share: standard error of the slope there over the
   * second derivative. Undefined where a curve follows each loss.
   */
  sensitivity?: number;
}

/** The reason why there is no minimum within the trained sizes. */
export type NoMinimum =
  | { kind: "few-sizes"; sizes: number }
  /** The curve falls up to the smallest or the largest size. */
  | { kind: "edge"; side: "smallest" | "largest" }
  /** The curve has a maximum, or is a straight line. */
  | { kind: "not-convex" };

/** The curve that a minimum was looked for on. */
export interface LossCurve {
  /** Ends in ln N. */
  from: number;
  to: number;
  /** Loss at a ln N between the ends. */
  at(x: number): number;
}

/** A way to find the model size of the least loss between those that were trained. */
export interface Interpolation {
  name: string;
  description: string;
  /** Fewest different sizes that it needs. */
  fewestSizes: number;
  /** Whether it uses only the sizes near the lowest loss, and the fewest that it then uses where a budget has them. */
  windowed: boolean;
  leastSizes: number;
  /**
   * What the budgets of one family and subject have in common; an interpolation without it uses each budget alone.
   *
   * @param curves ln N and losses of each budget
   * @param draw of losses that noise was added to
   */
  shape?(curves: readonly SizeLosses[], draw?: ShapeDraw): PowerShape;
  /**
   * @param x ln N, ascending, no value twice
   * @param losses as many, above 0, finite
   * @param shape what `shape` gave, where there is that
   */
  minimum(x: Float64Array, losses: Float64Array, shape?: PowerShape): Minimum | NoMinimum;
  /** The curve itself, for figures; undefined for too few sizes. Parameters as those of `minimum`. */
  curve(x: Float64Array, losses: Float64Array, shape?: PowerShape): LossCurve | undefined;
}

/** Losses of a budget by size. */
export interface SizeLosses {
  /** ln N, ascending, no value twice. */
  x: Float64Array;
  losses: Float64Array;
}

/** Index of the lowest of some values; the first if several are equal. */
export function lowestOf(values: Float64Array): number {
  let lowest = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! < values[lowest]!) lowest = i;
  return lowest;
}
