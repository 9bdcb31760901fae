import type { Unknown } from "../identifiability/fit.ts";
import type { PredictionError } from "../identifiability/prediction-error.ts";
import { studentQuantile } from "../intervals/distributions.ts";
import { drawsOf, quantile } from "../intervals/draws.ts";
import type { SolutionRows } from "../methods/method.ts";

/** A quantity that follows from the parameters of a fit, with its interval. */
export interface DerivedInterval {
  value: number;
  standardError: number;
  lower: number;
  upper: number;
  /** `percentile` of the draws, or `delta`. */
  interval: "percentile" | "delta";
  draws: number;
  /** `ok`, or why there is no interval. */
  status: string;
}

/** A number on every replicate, NaN where one has none. */
export function onDraws(
  { parameters, width, degenerate }: SolutionRows,
  of: (parameters: Float64Array) => number,
): Float64Array {
  return Float64Array.from(degenerate, (code, r) =>
    code === 0 ? of(parameters.subarray(r * width, (r + 1) * width)) : Number.NaN,
  );
}

/** A quantity that the data do not determine, which has no interval. */
export const withoutInterval = (of: DerivedInterval, reason: string): DerivedInterval => ({
  ...of,
  ...{ standardError: Number.NaN, lower: Number.NaN, upper: Number.NaN, status: reason },
});

/**
 * The interval of a quantity: percentiles of its draws, without them value and Student's t of its standard error.
 *
 * @param isPositive whether it is above 0 by its nature: the error is then that of its logarithm
 * @param draws its value on every replicate, NaN where one has none. @default none
 */
export function derivedInterval(
  { value, isPositive, error }: { value: number; isPositive: boolean; error: PredictionError | Unknown },
  level: number,
  draws?: Float64Array,
): DerivedInterval {
  const relative = "reason" in error ? Number.NaN : error.standardError;
  const standardError = isPositive ? relative * value : relative;
  const tail = (1 - level) / 2;
  if (draws !== undefined) {
    const { ranked } = drawsOf(draws);
    const [lower, upper] = [quantile(ranked, tail), quantile(ranked, 1 - tail)];
    const status = ranked.length === 0 ? "no replicate has it" : "ok";
    return { value, standardError, lower, upper, interval: "percentile", draws: ranked.length, status };
  }
  const none = { lower: Number.NaN, upper: Number.NaN, interval: "delta", draws: 0 } as const;
  if ("reason" in error) return { value, standardError, ...none, status: error.reason };
  const reach = studentQuantile(1 - tail, error.freedom) * relative;
  const [lower, upper] = isPositive
    ? [value * Math.exp(-reach), value * Math.exp(reach)]
    : [value - reach, value + reach];
  return { value, standardError, ...none, lower, upper, status: "ok" };
}
