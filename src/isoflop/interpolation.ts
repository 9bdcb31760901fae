/** Lowest point of a curve through, or near, the losses of one budget. */
export interface Minimum {
  kind: "minimum";
  /** ln N. */
  x: number;
  loss: number;
}

/** Where there is none within the sizes that were trained. */
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
  /** Fewest different sizes that it can do with. */
  fewestSizes: number;
  /** Whether it looks at the sizes near the lowest alone. */
  windowed: boolean;
  /**
   * @param x ln N, ascending, no value twice
   * @param losses as many, finite
   * @param reach largest distance in ln N of a size that is used from the size of the lowest loss
   */
  minimum(x: Float64Array, losses: Float64Array, reach: number): Minimum | NoMinimum;
  /** The curve itself, for pictures; undefined of too few sizes. Parameters as those of `minimum`. */
  curve(x: Float64Array, losses: Float64Array, reach: number): LossCurve | undefined;
}

/** Index of the lowest of some values, the first of equals. */
export function lowestOf(values: Float64Array): number {
  let lowest = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! < values[lowest]!) lowest = i;
  return lowest;
}
