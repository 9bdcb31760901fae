import { normalDensity, normalProbability } from "./normal.ts";

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
