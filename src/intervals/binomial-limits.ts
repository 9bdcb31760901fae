import { betaQuantile } from "./distributions/beta.ts";
import { type Tails, tailsOf } from "./tails.ts";

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
