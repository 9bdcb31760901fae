import { chiSquareTail } from "#lawfit/intervals/distributions.js";
import { countBelow, type Draws } from "#lawfit/intervals/draws.js";

/**
 * Where a value lies among the draws that predict it, in (0, 1): (rank + 1/2) / (draws + 1), the rank being the number
 * of draws below it, ties counted half. Uniform if value and draws come from one distribution (Talts et al., 2018).
 * NaN without draws or value.
 */
export function rankOf({ sorted }: Draws, actual: number): number {
  if (sorted.length === 0 || Number.isNaN(actual)) return Number.NaN;
  const { below, same } = countBelow(sorted, actual);
  return (below + same / 2 + 0.5) / (sorted.length + 1);
}

/** Histogram of ranks and how far it is from flat. */
export interface RankUniformity {
  /** Ranks in each of the bins of equal width. */
  counts: Int32Array;
  /** Pearson's chi-square against equal counts, its degrees of freedom (bins - 1) and the probability of one as large. */
  chiSquare: number;
  freedom: number;
  p: number;
  /** Ranks that are NaN. */
  skipped: number;
}

/**
 * Tests ranks for uniformity. A hump: draws too wide. A valley: too narrow. A slope: biased.
 *
 * @param bins at least 2; the number of draws + 1 should be a multiple, and each bin should expect 5 ranks or more
 */
export function rankUniformity(ranks: Float64Array, bins = 10): RankUniformity {
  if (!(Number.isInteger(bins) && bins >= 2)) throw new RangeError(`bins ${bins}; allowed: whole, 2 or more`);
  const counts = new Int32Array(bins);
  let skipped = 0;
  for (const rank of ranks) {
    if (rank >= 0 && rank <= 1) counts[Math.min(bins - 1, Math.floor(rank * bins))]!++;
    else skipped++;
  }
  const expected = (ranks.length - skipped) / bins;
  const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  const freedom = bins - 1;
  return { counts, chiSquare, freedom, p: chiSquareTail(chiSquare, freedom), skipped };
}
