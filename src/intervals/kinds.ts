import { mean } from "../statistics.ts";
import { studentQuantile } from "./distributions.ts";
import {
  centralInterval,
  type Draws,
  drawsOf,
  intervalBetween,
  type QuantileLevel,
  reflect,
} from "./draws.ts";
import { type Interval, noInterval, tailsOf } from "./interval.ts";
import { defineIntervalMethod, type IntervalMethod, type SpreadKind } from "./method.ts";
import { normalDensity, normalProbability, normalQuantile } from "./normal.ts";
import { conformalReach } from "./past-errors.ts";

export const basic = defineIntervalMethod({
  name: "basic",
  description: "the quantiles of the draws, mirrored about the estimate: 2 estimate - quantile",
  source: "Davison & Hinkley (1997), equation 5.6",
  needs: ["estimate", "draws"],
  compute: ({ estimate, draws }, level) => reflect(centralInterval(draws, level), 2 * estimate, 1),
});

/** Fewest leave-one-out estimates that can show a skewness: two are always symmetric. */
const fewest = 3;

/** Influence below this, relative to the estimates, is rounding. */
const rounding = 1e-12;

/**
 * BCa's acceleration: a sixth of the skewness of the units' jackknife influence (Efron & Tibshirani, 1993, equation
 * 14.15; for strata Davison & Hinkley, 1997, section 5.3.2). Undefined where an estimate is not finite, there are
 * fewer than three, or no unit has influence.
 *
 * @param strata the statistic with one unit left out, an array for each stratum; a stratum of one unit, which every
 *   replicate holds, adds nothing
 */
export function acceleration(strata: readonly Float64Array[]): number | undefined {
  let units = 0;
  let largest = 0;
  let squares = 0;
  let cubes = 0;
  for (const values of strata) {
    units += values.length;
    const centre = mean(values);
    const share = (values.length - 1) / values.length;
    for (const value of values) {
      const influence = share * (centre - value);
      squares += influence ** 2;
      cubes += influence ** 3;
      largest = Math.max(largest, Math.abs(value));
    }
  }
  const size = Math.sqrt(squares / units);
  if (units < fewest || !Number.isFinite(size) || size <= rounding * largest) return undefined;
  return cubes / (6 * squares ** 1.5);
}

export const bca = defineIntervalMethod({
  name: "bca",
  description:
    "quantiles of the draws at levels corrected for their bias and for a standard error that changes with the value",
  source: "Efron (1987)",
  needs: ["estimate", "draws", "jackknife"],
  compute({ estimate, draws, jackknife }, level) {
    const plain = centralInterval(draws, level);
    if (plain.status === "no-draws" || plain.status === "no-spread") return plain;
    const below = shareBelow(draws, estimate);
    if (below === 0 || below === 1) return noInterval("infinite-bias", plain.draws, plain.dropped);
    const skewness = acceleration(jackknife);
    if (skewness === undefined) return noInterval("no-acceleration", plain.draws, plain.dropped);
    const { low, high } = tailsOf(level);
    const [lower, upper] = [low, high].map((tail) => correctedLevel(tail, below, skewness, plain.draws));
    if (lower === undefined || upper === undefined) {
      return noInterval("acceleration-too-large", plain.draws, plain.dropped);
    }
    return intervalBetween(draws, lower, upper);
  },
});

/** Share of the draws below the estimate; those that equal it count half. Its normal quantile is the bias correction z0. */
export function shareBelow({ values, count }: Draws, estimate: number): number {
  let below = 0;
  for (const value of values) {
    if (value < estimate) below++;
    else if (value === estimate) below += 0.5;
  }
  return below / count;
}

/**
 * Level of the draws' quantile that stands for a tail (Efron & Tibshirani, 1993, equation 14.10). Undefined where the acceleration
 * turns the correction round.
 *
 * Its Monte Carlo error has two parts, from the same draws: of the share F(q) below the quantile q, as with every
 * quantile, and of the share p below the estimate, of which z0 is made. With dp and dF their errors the level L(p) is
 * off by L'(p) dp - dF to first order, and the covariance of the two shares is (min(p, L) - p L) / draws.
 */
function correctedLevel(
  tail: number,
  below: number,
  skewness: number,
  count: number,
): QuantileLevel | undefined {
  const bias = normalQuantile(below);
  const shifted = bias + normalQuantile(tail);
  const stretch = 1 - skewness * shifted;
  if (!(stretch > 0)) return undefined;
  const z = bias + shifted / stretch;
  const level = normalProbability(z);
  const slope = (normalDensity(z) * (1 + 1 / stretch ** 2)) / normalDensity(bias);
  const variance =
    level * (1 - level) +
    slope ** 2 * below * (1 - below) -
    2 * slope * (Math.min(below, level) - below * level);
  return { level, error: Math.sqrt(Math.max(0, variance) / count) };
}

/** The interval that reaches as far on either side of the estimate. */
function about(estimate: number, reach: number, rest: Interval): Interval {
  return { ...rest, lower: estimate - reach, upper: estimate + reach };
}

export const conformal = defineIntervalMethod({
  name: "conformal",
  description:
    "the estimate and the reach of past errors of predictions of known values; empirical, it knows nothing of the fit",
  source: "Vovk, Gammerman & Shafer (2005); Lei et al. (2018)",
  needs: ["estimate", "pastErrors"],
  compute({ estimate, pastErrors }, level) {
    const { reach, used, dropped } = conformalReach(pastErrors, level);
    return about(estimate, reach, noInterval(Number.isFinite(reach) ? "ok" : "few-errors", used, dropped));
  },
});

export const delta = defineIntervalMethod({
  name: "delta",
  description:
    "the estimate and as many of its standard errors as the normal says, or Student's t for few degrees of freedom",
  source: "Davison & Hinkley (1997), section 2.7.1",
  needs: ["estimate", "standardError"],
  compute({ estimate, standardError, freedom = Number.POSITIVE_INFINITY }, level) {
    const { high } = tailsOf(level);
    if (!(standardError >= 0 && standardError < Number.POSITIVE_INFINITY && freedom > 0)) {
      return noInterval("no-standard-error");
    }
    const reach = studentQuantile(high, freedom) * standardError;
    return about(estimate, reach, noInterval(standardError === 0 ? "no-spread" : "ok"));
  },
});

export const expanded = defineIntervalMethod({
  name: "expanded",
  description:
    "the quantiles of the draws at levels as much further out as Student's t is wider than the normal, with the runs less the parameters as degrees of freedom, and as draws of n runs with replacement are spread too little, by sqrt(n/(n - 1))",
  source: "after the expanded percentile interval of Hesterberg (2015)",
  needs: ["draws", "residualFreedom"],
  compute({ draws, residualFreedom, widening = 1 }, level) {
    if (!(residualFreedom > 0)) return noInterval("no-freedom", draws.count, draws.dropped);
    return centralInterval(draws, expandedLevel(level, residualFreedom, widening));
  },
});

/**
 * The level at which the normal's interval is as wide as Student's t interval of the given level: noise that was
 * estimated from few runs may have come out small.
 *
 * @param freedom degrees of freedom > 0; infinity leaves the level as it is
 * @param factor by which the draws are spread too little
 */
export function expandedLevel(level: number, freedom: number, factor = 1): number {
  return 1 - 2 * normalProbability(factor * studentQuantile(tailsOf(level).low, freedom));
}

export const pooled = defineIntervalMethod({
  name: "pooled",
  description:
    "the quantiles of draws over the forms that may be true, each with as many as its likelihood says, and with a discrepancy that grows beyond the runs; at levels as far out as those of expanded, or as they are where there are no more runs than parameters",
  source:
    "after Bayesian model averaging (Hoeting et al., 1999), and the discrepancy of Kennedy & O'Hagan (2001)",
  needs: ["pooledDraws"],
  compute({ pooledDraws, ...inputs }, level) {
    const { residualFreedom = Number.POSITIVE_INFINITY } = inputs;
    if (residualFreedom > 0)
      return expanded.compute({ ...inputs, residualFreedom, draws: pooledDraws }, level);
    const plain = centralInterval(pooledDraws, level);
    return plain.status === "ok" ? { ...plain, status: "not-expanded" } : plain;
  },
});

export const posterior = defineIntervalMethod({
  name: "posterior",
  description:
    "quantiles, as far out as those of `expanded`, of draws with a discrepancy that was learnt from back-tests: with priors and scheme `parametric` those of the posterior ([ladder.md](ladder.md#a-bayesian-ladder))",
  source: "randomise-then-optimise (Bardsley et al., 2014), and the discrepancy of Kennedy & O'Hagan (2001)",
  needs: ["posteriorDraws", "residualFreedom"],
  compute: ({ posteriorDraws, ...inputs }, level) =>
    expanded.compute({ ...inputs, draws: posteriorDraws }, level),
});

export const percentile = defineIntervalMethod({
  name: "percentile",
  description: "the quantiles of the draws",
  source: "Efron & Tibshirani (1993), chapter 13",
  needs: ["draws"],
  compute: ({ draws }, level) => centralInterval(draws, level),
});

export const studentised = defineIntervalMethod({
  name: "studentised",
  description:
    "bootstrap-t: the estimate minus its standard error times quantiles of the draws' (draw - estimate) / standard error",
  source: "Davison & Hinkley (1997), equation 5.7",
  needs: ["estimate", "draws", "standardError", "replicateStandardErrors"],
  compute({ estimate, draws, standardError, replicateStandardErrors }, level) {
    const { values } = draws;
    if (replicateStandardErrors.length !== values.length) {
      throw new RangeError(`${replicateStandardErrors.length} standard errors of ${values.length} draws`);
    }
    // A replicate whose standard error is 0 or infinite has no t: it is dropped, and counted.
    const pivots = drawsOf(
      values.map((value, i) => {
        const error = replicateStandardErrors[i]!;
        return error > 0 && error < Number.POSITIVE_INFINITY ? (value - estimate) / error : Number.NaN;
      }),
    );
    const interval = centralInterval(pivots, level);
    if (!(standardError > 0 && standardError < Number.POSITIVE_INFINITY)) {
      return noInterval("no-standard-error", interval.draws, interval.dropped);
    }
    return reflect(interval, estimate, standardError);
  },
});

/** A kind of interval that a sweep can make: a method, and where its standard errors are from. */
export interface IntervalKind {
  /** Name in sweep files and result tables. */
  name: string;
  method: IntervalMethod;
  /** What the standard errors take as independent; undefined where the method needs none. */
  spread?: SpreadKind;
}

const kind = (method: IntervalMethod, spread?: SpreadKind, name = method.name): IntervalKind => {
  return { name, method, ...(spread && { spread }) };
};

/**
 * The kinds by name: what sweep files, the command line and the docs list. `conformal` is not among them: it needs past errors, and a
 * sweep with back-tests makes it always.
 */
export const intervalKinds: ReadonlyMap<string, IntervalKind> = new Map(
  [
    kind(percentile),
    kind(expanded),
    kind(pooled),
    kind(posterior),
    kind(basic),
    kind(bca),
    kind(studentised, "runs"),
    kind(delta, "runs"),
    kind(delta, "paper-delta", "paper-delta"),
  ].map((entry) => [entry.name, entry]),
);
