import { type Tails, tailsOf } from "./interval.ts";
import { normalDensity, normalProbability, normalQuantile } from "./normal.ts";

/** Coefficients of Stirling's series in 1/x^2 (DLMF 5.11.1), from the lowest power up. */
const stirling = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156];

/** From here on Stirling's series is exact to rounding. */
const stirlingStart = 12;

/** What Stirling's series adds to (x - 1/2) ln x - x + ln(2 pi)/2, for x >= `stirlingStart`. */
function stirlingCorrection(x: number): number {
  let series = 0;
  for (let k = stirling.length - 1; k >= 0; k--) series = series / (x * x) + stirling[k]!;
  return series / x;
}

/** Natural logarithm of the gamma function at x > 0: Stirling's series, reached by the recurrence from below. */
export function logGamma(x: number): number {
  let product = 1;
  let z = x;
  for (; z < stirlingStart; z++) product *= z;
  return (
    (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + stirlingCorrection(z) - Math.log(product)
  );
}

/** Natural logarithm of the beta function at a, b > 0. */
export function logBeta(a: number, b: number): number {
  const large = Math.max(a, b);
  const small = Math.min(a, b);
  if (large < stirlingStart) return logGamma(a) + logGamma(b) - logGamma(a + b);
  // The difference of the two large terms is taken on paper: as numbers they would cancel.
  return (
    logGamma(small) +
    small -
    (large - 0.5) * Math.log1p(small / large) -
    small * Math.log(a + b) +
    stirlingCorrection(large) -
    stirlingCorrection(a + b)
  );
}

/** Smallest denominator of Lentz's method: a zero is moved here. */
const tiny = 1e-300;

/** Continued fraction of the incomplete beta function (DLMF 8.17.22), by Lentz's method; for x < (a + 1)/(a + b + 2). */
function continuedFraction(x: number, a: number, b: number): number {
  const nonzero = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / nonzero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1, factor = 0; Math.abs(factor - 1) > 1e-16; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonzero(1 + even * d);
    c = nonzero(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonzero(1 + odd * d);
    c = nonzero(1 + odd / c);
    factor = d * c;
    fraction *= factor;
    // One rounding unit off 1 can repeat for ever; the fraction converges in some sqrt(max(a, b)) steps.
    if (m > 200 + 20 * Math.sqrt(Math.max(a, b))) break;
  }
  return fraction;
}

/**
 * Regularised incomplete beta function I_x(a, b): the probability of at most x under Beta(a, b).
 *
 * @param x from 0 to 1
 * @param complement 1 - x, where it is known to more digits than x gives
 */
export function betaProbability(x: number, a: number, b: number, complement = 1 - x): number {
  if (!(x >= 0 && x <= 1 && a > 0 && b > 0)) return Number.NaN;
  if (x === 0 || complement === 0) return x === 0 ? 0 : 1;
  const [logX, logComplement] =
    x < complement ? [Math.log(x), Math.log1p(-x)] : [Math.log1p(-complement), Math.log(complement)];
  const front = Math.exp(a * logX + b * logComplement - logBeta(a, b));
  if (x < (a + 1) / (a + b + 2)) return (front / a) * continuedFraction(x, a, b);
  return 1 - (front / b) * continuedFraction(complement, b, a);
}

/**
 * Quantile of Beta(a, b): Newton's steps, halving the bracket where one leaves it.
 *
 * @param p probability; 0 at 0, 1 at 1, NaN outside
 */
export function betaQuantile(p: number, a: number, b: number): number {
  if (!(p >= 0 && p <= 1 && a > 0 && b > 0)) return Number.NaN;
  if (p === 0 || p === 1) return p;
  const scale = logBeta(a, b);
  let low = 0;
  let high = 1;
  let x = a / (a + b);
  // A halving is the worst that a step does: enough of them go down to the smallest numbers there are.
  for (let step = 0; step < 1100; step++) {
    const excess = betaProbability(x, a, b) - p;
    if (excess === 0) return x;
    if (excess > 0) high = x;
    else low = x;
    const density = Math.exp((a - 1) * Math.log(x) + (b - 1) * Math.log1p(-x) - scale);
    const newton = x - excess / density;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - x) <= 1e-15 * next) return next;
    x = next;
  }
  return x;
}

/** From here on Student's t is the normal to rounding. */
const normalFreedom = 1e10;

/** Two-sided tails below this have more digits than what is left inside. */
const farTail = 0.01;

/**
 * Two-sided tail of Student's t: the probability of |T| > |t| (Abramowitz & Stegun, 26.7.1).
 *
 * @param freedom degrees of freedom > 0, whole or not
 */
export function twoSidedTail(t: number, freedom: number): number {
  const square = t * t;
  if (square === Number.POSITIVE_INFINITY) return 0;
  const total = freedom + square;
  return betaProbability(freedom / total, freedom / 2, 0.5, square / total);
}

/**
 * Quantile of Student's t, to 1e-9 relative.
 *
 * @param p probability; -infinity at 0, infinity at 1, NaN outside
 * @param freedom degrees of freedom > 0, whole or not; infinity is the normal
 */
export function studentQuantile(p: number, freedom: number): number {
  if (!(p >= 0 && p <= 1 && freedom > 0)) return Number.NaN;
  if (p === 0 || p === 1 || freedom >= normalFreedom) return normalQuantile(p);
  if (p > 0.5) return -studentQuantile(1 - p, freedom);
  const tail = 2 * p;
  if (tail < farTail) {
    const share = betaQuantile(tail, freedom / 2, 0.5);
    return -Math.sqrt(freedom * (1 / share - 1));
  }
  // The share of t^2 in t^2 + freedom: small where there is much freedom, it keeps the digits that the other loses.
  const share = betaQuantile(1 - tail, 0.5, freedom / 2);
  return -Math.sqrt((freedom * share) / (1 - share));
}

/**
 * Upper tail of chi-square: the probability of more than `x`. The finite series for whole degrees of freedom
 * (Abramowitz & Stegun, 26.4.4 and 26.4.5).
 *
 * @param freedom a whole number >= 1
 */
export function chiSquareTail(x: number, freedom: number): number {
  if (!(x > 0)) return x <= 0 ? 1 : Number.NaN;
  const isOdd = freedom % 2 === 1;
  const root = Math.sqrt(x);
  // Terms of the series, each from the one before: powers of x over odd or even products.
  let term = isOdd ? 2 * normalDensity(root) * root : Math.exp(-x / 2);
  let sum = isOdd ? 2 * normalProbability(-root) : 0;
  for (let k = isOdd ? 1 : 0; k < freedom - 1; k += 2) {
    sum += term;
    term *= x / (k + 2);
  }
  return Math.min(1, sum);
}

/**
 * Exact two-sided limits of a probability that was met so many times out of so many trials (Clopper & Pearson, 1934);
 * from 0 to 1 without trials.
 *
 * @param confidence probability that the limits hold, at least
 */
export function binomialLimits(successes: number, trials: number, confidence = 0.95): Tails {
  const tails = tailsOf(confidence);
  const failures = trials - successes;
  return {
    low: successes === 0 ? 0 : betaQuantile(tails.low, successes, failures + 1),
    high: failures === 0 ? 1 : betaQuantile(tails.high, successes + 1, failures),
  };
}
