import { groupBy } from "../collections.ts";
import { medianSpread } from "../intervals/draws.ts";
import { normalDraws } from "../intervals/normal.ts";
import { mean } from "../statistics.ts";
import type { BudgetGroup } from "./budgets.ts";
import { windowOf } from "./curve.ts";
import type { SizeLosses } from "./interpolation.ts";
import { LEAST_SIZES } from "./interpolations.ts";
import { fitPowerCurve, fitPowerShape, freedomOf, type NearLosses, type PowerShape } from "./powers.ts";
import type { NoiseSource } from "./results.ts";
import type { IsoflopPlan } from "./spec.ts";

/** Farthest size in ln N from that of the lowest loss, where a budget has enough nearer ones: a factor of 3. */
const REACH = Math.log(3);
const FEWEST_SIZES = 3;
/** From here on the noise is estimated from replicates alone: a standard error of 22 %. */
const ENOUGH_REPLICATES = 10;
/** With less, 90 % intervals would be more than 3 times as wide as with known noise. */
const LEAST_FREEDOM = 2;

/** Size of the noise of a loss, and how well it is known. */
interface NoiseEstimate {
  /** Relative standard deviation of a loss; NaN where it cannot be estimated. */
  noise: number;
  /** Degrees of freedom of the variance; not a whole number where a prior held part of a parameter. */
  freedom: number;
  from: "replicates" | "fit";
}

/**
 * Relative standard deviation of a loss, estimated from the runs. Where budgets have runs of one size with 10 degrees of freedom or more
 * it is that of these replicates. Else it is of the residuals of the runs near the lowest loss of their budget from two powers of N whose
 * exponents all budgets share (`powers`): no curve goes through sizes that lie far from the minimum, so that its lack of fit
 * does not count. It holds all that moves single runs off the curve (seed, data order, a learning rate that suits one size
 * less), and nothing that a whole budget has in common.
 *
 * @param budgets ln N, ascending, and losses of the runs of each; runs of one size follow each other
 */
export function estimateNoise(budgets: readonly SizeLosses[]): NoiseEstimate {
  const replicates = withinSizes(budgets);
  if (replicates.freedom >= ENOUGH_REPLICATES) {
    return {
      noise: Math.sqrt(replicates.squares / replicates.freedom),
      freedom: replicates.freedom,
      from: "replicates",
    };
  }
  const near = budgets.flatMap((budget) => nearLowest(budget) ?? []);
  const shape = fitPowerShape(near);
  const freedom = freedomOf(near, shape);
  const isTold = freedom >= LEAST_FREEDOM;
  return {
    noise: isTold ? Math.sqrt(shape.squares / freedom) : Number.NaN,
    freedom: isTold ? freedom : 0,
    from: "fit",
  };
}

/** Squares of ln(loss) about the mean of its size and budget. */
function withinSizes(budgets: readonly SizeLosses[]): { squares: number; freedom: number } {
  let [squares, freedom] = [0, 0];
  for (const budget of budgets) {
    for (const losses of bySize(budget).values()) {
      const logs = losses.map(Math.log);
      const centre = mean(logs);
      for (const log of logs) squares += (log - centre) ** 2;
      freedom += losses.length - 1;
    }
  }
  return { squares, freedom };
}

/** The runs of the sizes within reach of the lowest mean loss, with their places in the budget; undefined for fewer than three sizes. */
function nearLowest(budget: SizeLosses): (NearLosses & { runs: number[] }) | undefined {
  const sizes = bySize(budget);
  if (sizes.size < FEWEST_SIZES) return undefined;
  const x = Float64Array.from(sizes.keys());
  const [first, end] = windowOf(x, Float64Array.from(sizes.values(), mean), REACH, LEAST_SIZES);
  const origin = x[(first + end) >> 1]!;
  const runs = Array.from(budget.x.keys()).filter(
    (run) => budget.x[run]! >= x[first]! && budget.x[run]! <= x[end - 1]!,
  );
  return {
    u: Float64Array.from(runs, (run) => budget.x[run]! - origin),
    losses: Float64Array.from(runs, (run) => budget.losses[run]!),
    runs,
  };
}

function bySize({ x, losses }: SizeLosses): Map<number, number[]> {
  const runs = groupBy(
    Array.from(x, (size, run) => ({ size, loss: losses[run]! })),
    ({ size }) => size,
  );
  return new Map(Array.from(runs, ([size, ofSize]) => [size, ofSize.map(({ loss }) => loss)]));
}

/** An outlier lies this many times the spread of the others off: under normal noise one loss in a hundred million does. */
const FAR = 6;

/** Fewest losses that their own curve does not almost interpolate; the median of fewer says little about the spread. */
const FEWEST = 10;

/** Losses of a larger leverage are not judged, because their own curve follows them. */
const MOST_LEVERAGE = 0.9;

/** A run whose loss lies far off the curve of its budget. */
interface Outlier {
  /** Its place among the losses of the budget. */
  point: number;
  /** Its residual as a multiple of the spread of all others: the median of their sizes over that of normal noise. */
  times: number;
}

/**
 * For each budget the loss that lies farthest off its curve, if it lies far outside the scatter of the group. Residuals are
 * standardised by their leverage; the spread is estimated from their median, which single losses do not move.
 */
function outliersOf(budgets: readonly NearLosses[], shape: PowerShape): (Outlier | undefined)[] {
  const sizes = budgets.map(({ u, losses }) => {
    const { residuals, span } = fitPowerCurve(u, losses, shape);
    return residuals.map((residual, i) => {
      const leverage = span.reduce((sum, unit) => sum + unit[i]! ** 2, 0);
      return leverage > MOST_LEVERAGE ? Number.NaN : Math.abs(residual) / Math.sqrt(1 - leverage);
    });
  });
  const sorted = sizes
    .flat()
    .filter((size) => !Number.isNaN(size))
    .sort((a, b) => a - b);
  const spread = medianSpread(sorted);
  if (sorted.length < FEWEST || !(spread > 0)) return budgets.map(() => undefined);
  return sizes.map((ofBudget) => {
    const point = ofBudget.reduce((far, size, i) => (size > (ofBudget[far] ?? -1) ? i : far), -1);
    const times = (ofBudget[point] ?? 0) / spread;
    return times > FAR ? { point, times } : undefined;
  });
}

/** Residuals below this are of digits that a table does not keep (float32 has 6e-8), and do not count as noise. */
const ROUNDING = 1e-7;

/** Noise of the losses of one group. */
export interface Noise {
  /** Relative standard deviation of a loss; NaN where it is not known. */
  sd: number;
  /** Degrees of freedom of its variance; infinite where it was given. */
  freedom: number;
  source: NoiseSource;
  /** For each draw, the noise as a multiple of `sd`: an estimate from the data may be too large or too small. */
  scales: Float64Array;
  /** Standard normal numbers by draw, for what is known of the curves apart from the losses (`ShapeDraw`). */
  shifts: readonly [Float64Array, Float64Array];
  /** Standard normal numbers by budget, run and draw. */
  unit: readonly (readonly Float64Array[])[];
  /** By budget, a warning about a run whose loss lies far off the curve; undefined if there is none. */
  outliers: readonly (string | undefined)[];
}

/** The noise of a group, as it was given or as it is estimated from the data, and its random numbers. */
export function noiseOf(group: BudgetGroup, { noise, metric, seed, draws }: IsoflopPlan): Noise {
  const { family, subject, budgets } = group;
  const level =
    noise === undefined
      ? estimateOf(group)
      : { noise, freedom: Number.POSITIVE_INFINITY, from: "given" as const };
  const numbers = (of: string, name: number | null) =>
    normalDraws(seed, JSON.stringify([of, family, subject, metric, name]), draws);
  const { freedom } = level;
  const isKnown = !Number.isFinite(freedom) || Number.isNaN(level.noise);
  return {
    sd: level.noise,
    freedom,
    source: level.from,
    scales: isKnown
      ? new Float64Array(draws).fill(1)
      : numbers("isoflop noise", null).map((z) => Math.sqrt(freedom / chiSquareOf(z, freedom))),
    shifts: [numbers("isoflop alpha", null), numbers("isoflop beta", null)],
    unit: budgets.map(({ runs }) => runs.map(({ place }) => numbers("isoflop", place))),
    outliers: outliers(group),
  };
}

function outliers({ budgets }: BudgetGroup): (string | undefined)[] {
  const near = budgets.map((budget) => nearLowest(sizeLosses(budget)));
  const posed = near.filter((budget) => budget !== undefined);
  if (posed.length === 0) return near.map(() => undefined);
  const outlierOf = outliersOf(posed, fitPowerShape(posed));
  return near.map((budget, b) => {
    const outlier = budget && outlierOf[posed.indexOf(budget)];
    if (outlier === undefined) return undefined;
    const { run } = budgets[b]!.runs[budget!.runs[outlier.point]!]!;
    return `the loss of ${run} lies ${outlier.times.toPrecision(2)} times the spread of the others off the curve: the best size of this budget follows it`;
  });
}

function sizeLosses({ runs }: BudgetGroup["budgets"][number]): SizeLosses {
  return {
    x: Float64Array.from(runs, ({ n }) => Math.log(n)),
    losses: Float64Array.from(runs, ({ loss }) => loss),
  };
}

function estimateOf({ budgets }: BudgetGroup): { noise: number; freedom: number; from: NoiseSource } {
  const { noise, ...basis } = estimateNoise(budgets.map(sizeLosses));
  if (Number.isNaN(noise)) return { noise, freedom: 0, from: "none" };
  return { noise: noise < ROUNDING ? 0 : noise, ...basis };
}

/** Chi-square of a standard normal number (Wilson & Hilferty, 1931): to 1 % between its 5 % and 95 % quantiles from 4 degrees of freedom on. */
function chiSquareOf(z: number, freedom: number): number {
  const variance = 2 / (9 * freedom);
  // Below two degrees of freedom, and far out, the cube root would be negative.
  return freedom * Math.max(0.02, 1 - variance + z * Math.sqrt(variance)) ** 3;
}
