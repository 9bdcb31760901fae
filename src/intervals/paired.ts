import { drawsOf, moments } from "./draws.ts";

/** How often one statistic is smaller than another on the same replicates; smaller is better. */
export interface Wins {
  /** Replicates in which ours is smaller, larger, and the same. */
  wins: number;
  losses: number;
  ties: number;
  /** Share of wins, ties counted half. NaN without pairs. */
  winRate: number;
  /** Monte Carlo standard error of the win rate. */
  winRateError: number;
  /** Replicates in which one of the two has no value. */
  dropped: number;
}

/** One statistic against another on the same replicates. */
export interface PairedComparison extends Wins {
  /** Mean over the replicates of ours - theirs; NaN without pairs. */
  mean: number;
  /** Standard deviation of the differences: the bootstrap's standard error of the difference. */
  standardError: number;
}

/**
 * Counts in which replicates one statistic, such as an absolute error, is smaller than another.
 *
 * @param differences ours - theirs, one a replicate; NaN where one of the two has no value
 * @param tie differences up to this are ties
 */
export function countWins(differences: Float64Array, tie: number): Wins {
  let [wins, losses, ties] = [0, 0, 0];
  for (const difference of differences) {
    if (Math.abs(difference) <= tie) ties++;
    else if (difference < 0) wins++;
    else if (difference > 0) losses++;
  }
  const pairs = wins + losses + ties;
  const winRate = (wins + ties / 2) / pairs;
  // Of the scores 1, 1/2 and 0 that the rate is the mean of.
  const variance = (wins + ties / 4) / pairs - winRate ** 2;
  const winRateError = Math.sqrt(Math.max(0, variance) / pairs);
  return { wins, losses, ties, winRate, winRateError, dropped: differences.length - pairs };
}

/**
 * Compares two statistics of which smaller is better, replicate by replicate.
 *
 * @param ours, theirs one value a replicate, of the same replicates
 * @param tie differences up to this are ties
 * @throws RangeError for lists of different lengths
 */
export function comparePaired(ours: Float64Array, theirs: Float64Array, tie = 0): PairedComparison {
  const off = differences(ours, theirs);
  const { mean, sd } = moments(drawsOf(off));
  return { mean, standardError: sd, ...countWins(off, tie) };
}

/** Ours - theirs, one by one; NaN where one is. @throws RangeError for lists of different lengths */
export function differences(ours: Float64Array, theirs: Float64Array): Float64Array {
  if (ours.length !== theirs.length) throw new RangeError(`${ours.length} values against ${theirs.length}`);
  const out = new Float64Array(ours.length);
  // Two infinite ones of a sign are a tie, as far as can be known.
  for (let i = 0; i < out.length; i++) out[i] = ours[i] === theirs[i] ? 0 : ours[i]! - theirs[i]!;
  return out;
}
