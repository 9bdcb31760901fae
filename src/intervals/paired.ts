import { drawsOf, moments } from "./draws.ts";

/** One statistic against another on the same replicates. */
export interface PairedComparison {
  /** Mean over the replicates of ours - theirs; NaN without pairs. */
  mean: number;
  /** Standard deviation of the differences: the bootstrap's standard error of the difference. */
  standardError: number;
  /** Replicates in which ours is smaller, larger, and the same. */
  wins: number;
  losses: number;
  ties: number;
  /** Share of wins, ties counted half; smaller is better. NaN without pairs. */
  winRate: number;
  /** Monte Carlo standard error of the win rate. */
  winRateError: number;
  /** Replicates in which one of the two has no value. */
  dropped: number;
}

/**
 * Compares two statistics of which smaller is better, such as absolute errors, replicate by replicate.
 *
 * @param ours, theirs one value a replicate, of the same replicates
 * @param tie differences up to this are ties
 * @throws RangeError for lists of different lengths
 */
export function comparePaired(ours: Float64Array, theirs: Float64Array, tie = 0): PairedComparison {
  const draws = drawsOf(differences(ours, theirs));
  const pairs = draws.sorted.length;
  const counts = { wins: 0, losses: 0, ties: 0 };
  for (const difference of draws.sorted) {
    if (Math.abs(difference) <= tie) counts.ties++;
    else if (difference < 0) counts.wins++;
    else counts.losses++;
  }
  const { mean, sd } = moments(draws);
  const winRate = (counts.wins + counts.ties / 2) / pairs;
  // Of the scores 1, 1/2 and 0 that the rate is the mean of.
  const variance = (counts.wins + counts.ties / 4) / pairs - winRate ** 2;
  const winRateError = Math.sqrt(Math.max(0, variance) / pairs);
  return { mean, standardError: sd, ...counts, winRate, winRateError, dropped: draws.dropped };
}

/** Ours - theirs, one by one; NaN where one is. */
function differences(ours: Float64Array, theirs: Float64Array): Float64Array {
  if (ours.length !== theirs.length) throw new RangeError(`${ours.length} values against ${theirs.length}`);
  // Two infinite ones of a sign are a tie, as far as can be known.
  return ours.map((value, i) => (value === theirs[i] ? 0 : value - theirs[i]!));
}
