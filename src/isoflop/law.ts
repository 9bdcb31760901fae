import { betaProbability, chiSquareTail } from "../intervals/distributions.ts";
import { centralInterval, drawsOf } from "../intervals/draws.ts";
import { mean } from "../statistics.ts";
import { type BudgetMinimum, NO_NOISE, noSpread } from "./budget-minimum.ts";
import type { Noise } from "./noise.ts";
import type { LawResult, LawStatus } from "./results.ts";

/** Noise does not explain scatter with a smaller probability on either side; by chance that is one law in fifty. */
const RARE = 0.01;

/**
 * Probability that noise alone scatters budgets about their law more than they are: the upper tail of chi-square where the noise is
 * known, of F where its variance is itself an estimate.
 *
 * @param square mean of squared residuals over squared spreads, over `freedom`
 * @param freedom budgets less two
 * @param noiseFreedom degrees of freedom of the variance of the noise; infinite where it is known
 */
function scatterProbability(square: number, freedom: number, noiseFreedom: number): number {
  if (!(freedom > 0) || Number.isNaN(square)) return Number.NaN;
  if (noiseFreedom === Number.POSITIVE_INFINITY) return chiSquareTail(square * freedom, freedom);
  const total = noiseFreedom + freedom * square;
  return betaProbability(noiseFreedom / total, noiseFreedom / 2, freedom / 2, (freedom * square) / total);
}

/** Whether a budget is part of the law. */
function isInLaw({ status }: BudgetMinimum): boolean {
  return status === "ok" || status === "outlier" || status === "no-noise" || status === "no-spread";
}

/**
 * The best size, or its tokens, as a power of the budget: a line through the logarithms, by least squares with weights
 * 1/spread^2, and the same line through the minima of every draw, with the same weights (Porian et al., 2024). A budget at an
 * edge in one draw is left out of that draw's line.
 *
 * @returns a result for each level
 */
export function powerLaws(
  minima: readonly BudgetMinimum[],
  quantity: "n" | "d",
  noise: Pick<Noise, "sd" | "freedom" | "source" | "scales">,
  levels: readonly number[],
): Omit<LawResult, "family" | "subject" | "interpolation" | "window">[] {
  const key = quantity === "n" ? "logN" : "logD";
  const used = minima.filter(isInLaw);
  const x = used.map(({ budget }) => Math.log(budget.c));
  const spreads = used.map(({ draws }) => draws?.spread ?? Number.NaN);
  // Without noise all budgets weigh the same.
  const isWeighted = spreads.every((spread) => spread > 0);
  const weights = spreads.map((spread) => (isWeighted ? spread ** -2 : 1));
  const line = weightedLine(
    x,
    used.map((minimum) => minimum[key]),
    weights,
  );
  const count = used[0]?.draws?.logN.length ?? 0;
  const lines = Array.from({ length: line === undefined ? 0 : count }, (_, draw) => {
    return weightedLine(
      x,
      used.map(({ draws }) => draws![key][draw]!),
      // As the estimate weighs a budget by its own curve, so does a draw: with fixed weights draws scatter more than estimates do.
      weights.map((weight, b) => weight * used[b]!.draws!.weights[draw]!),
    );
  });
  const over = (value: (line: { slope: number; intercept: number }) => number) =>
    drawsOf(Float64Array.from(lines, (drawn) => (drawn === undefined ? Number.NaN : value(drawn))));
  const [exponents, intercepts] = [over(({ slope }) => slope), over(({ intercept }) => intercept)];
  const freedom = used.length - 2;
  const budgetSpreads = line && isWeighted && freedom > 0 ? ownSpreads(used, key, noise.scales) : [];
  const scatter = Math.sqrt(
    budgetSpreads.reduce((sum, spread, b) => {
      return sum + ((used[b]![key] - line!.intercept - line!.slope * x[b]!) / spread) ** 2;
    }, 0) / (budgetSpreads.length > 0 ? freedom : Number.NaN),
  );
  // Spreads over few draws are estimates too.
  const probability = scatterProbability(scatter ** 2, freedom, Math.min(noise.freedom, count - 1));
  return levels.map((level) => {
    const [exponent, intercept] = [exponents, intercepts].map((draws) => centralInterval(draws, level));
    const { lower, upper, status, draws } = exponent!;
    return {
      quantity,
      exponent: line?.slope ?? Number.NaN,
      coefficient: line === undefined ? Number.NaN : Math.exp(line.intercept),
      level,
      exponentEnds: { lower, upper },
      coefficientEnds: { lower: Math.exp(intercept!.lower), upper: Math.exp(intercept!.upper) },
      standardError: line?.standardError ?? Number.NaN,
      budgets: used.length,
      leftOut: minima.length - used.length,
      rSquared: line?.rSquared ?? Number.NaN,
      scatter,
      scatterProbability: probability,
      draws,
      ...judge(line !== undefined, noise, status as LawStatus, probability),
    };
  });
}

/**
 * How far noise of the estimated size moves each budget against the others. What moves all alike in a draw, as the exponents that they
 * share do, is not scatter about a line.
 */
function ownSpreads(used: readonly BudgetMinimum[], key: "logN" | "logD", scales: Float64Array): number[] {
  const values = used.map(({ draws }) => draws![key]);
  const finite = Array.from(scales.keys()).filter((draw) =>
    values.every((drawn) => Number.isFinite(drawn[draw]!)),
  );
  const means = values.map((drawn) => finite.reduce((sum, draw) => sum + drawn[draw]!, 0) / finite.length);
  const squares = used.map(() => 0);
  for (const draw of finite) {
    const moved = values.map((drawn, b) => (drawn[draw]! - means[b]!) / scales[draw]!);
    const common = mean(moved);
    moved.forEach((move, b) => {
      squares[b]! += (move - common) ** 2;
    });
  }
  // The mean takes a part of each: one over the number of budgets, where they move alike.
  return squares.map((sum) => Math.sqrt(sum / (finite.length - 1) / (1 - 1 / used.length)) || Number.NaN);
}

const REASONS = {
  "few-budgets": "fewer than two budgets have a minimum within their sizes",
  "no-noise": NO_NOISE,
  "few-draws": "an end is at the edge of the draws; take more draws or a lower level",
  "no-draws": "fewer than two draws have a law",
  "over-scattered":
    "budgets lie farther off the law than the noise explains, so the interval is too narrow; quote standard_error",
  "under-scattered":
    "budgets lie nearer to the law than the noise explains, so the noise is overstated and the interval too wide",
};

function judge(
  hasLaw: boolean,
  noise: Pick<Noise, "sd" | "source">,
  interval: LawStatus,
  probability: number,
): { status: LawStatus; reason: string | null } {
  const status = statusOf(hasLaw, noise.sd, interval, probability);
  if (status === "ok") return { status, reason: null };
  return { status, reason: status === "no-spread" ? noSpread(noise) : REASONS[status] };
}

function statusOf(hasLaw: boolean, sd: number, interval: LawStatus, probability: number): LawStatus {
  if (!hasLaw) return "few-budgets";
  if (Number.isNaN(sd)) return "no-noise";
  if (sd === 0) return "no-spread";
  if (probability < RARE) return "over-scattered";
  return probability > 1 - RARE ? "under-scattered" : interval;
}

/** A straight line by weighted least squares. */
interface WeightedLine {
  slope: number;
  /** Value at x = 0. */
  intercept: number;
  /** Weighted share of the spread of y that the line explains; NaN where y has no spread. */
  rSquared: number;
  /** Sum of weight times squared residual. */
  chiSquared: number;
  /** Of the slope, from the scatter about the line and not from the scale of the weights; NaN of two points. */
  standardError: number;
}

/**
 * The line y = intercept + slope x with the least sum of weighted squares; undefined for fewer than two different x. Pairs whose
 * x or y is not a finite number are left out.
 *
 * @param weights above 0, finite
 */
export function weightedLine(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  weights: ArrayLike<number>,
): WeightedLine | undefined {
  let [count, weight, xSum, ySum] = [0, 0, 0, 0];
  const isUsed = (i: number) => Number.isFinite(x[i]! + y[i]!);
  for (let i = 0; i < x.length; i++) {
    if (!isUsed(i)) continue;
    count++;
    weight += weights[i]!;
    xSum += weights[i]! * x[i]!;
    ySum += weights[i]! * y[i]!;
  }
  const [xMean, yMean] = [xSum / weight, ySum / weight];
  let [squares, products, spread] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    if (!isUsed(i)) continue;
    squares += weights[i]! * (x[i]! - xMean) ** 2;
    products += weights[i]! * (x[i]! - xMean) * (y[i]! - yMean);
    spread += weights[i]! * (y[i]! - yMean) ** 2;
  }
  if (!(squares > 0)) return undefined;
  const slope = products / squares;
  let chiSquared = 0;
  for (let i = 0; i < x.length; i++) {
    if (isUsed(i)) chiSquared += weights[i]! * (y[i]! - yMean - slope * (x[i]! - xMean)) ** 2;
  }
  return {
    slope,
    intercept: yMean - slope * xMean,
    rSquared: spread > 0 ? 1 - chiSquared / spread : Number.NaN,
    chiSquared,
    standardError: count > 2 ? Math.sqrt(chiSquared / (count - 2) / squares) : Number.NaN,
  };
}
