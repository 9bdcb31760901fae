import { tailsOf } from "#lawfit/intervals/interval.js";

/**
 * Interval score: width, and 2/(1 - level) for each unit by which the value is outside. Smaller is better, and the true
 * central interval has the smallest expectation (Winkler, 1972; Gneiting & Raftery, 2007, equation 43).
 */
export function intervalScore(lower: number, upper: number, actual: number, level: number): number {
  const outside = Math.max(0, lower - actual, actual - upper);
  return upper - lower + outside / tailsOf(level).low;
}
