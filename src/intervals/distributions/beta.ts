import { logBeta } from "./log-gamma.ts";

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
