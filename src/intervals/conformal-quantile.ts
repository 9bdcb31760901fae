/**
 * The quantile of past scores that a new one, exchangeable with them, does not exceed with at least the given
 * probability: the k-th smallest of n, k = ceil((n + 1) probability) (Vovk et al., 2005; Angelopoulos & Bates, 2023,
 * section 1). Infinite where k > n: so few scores cannot promise it.
 *
 * @param sorted scores, ascending
 */
export function conformalQuantile(sorted: Float64Array, probability: number): number {
  const place = (sorted.length + 1) * probability;
  // 0.55 x 20 is 11.000000000000002: rounding must not cost a rank.
  const rank = Math.ceil(place * (1 - 1e-12));
  return rank > sorted.length ? Number.POSITIVE_INFINITY : sorted[Math.max(rank, 1) - 1]!;
}

/** Fewest past scores that give a finite quantile. */
export function fewestScores(probability: number): number {
  return Math.ceil((probability / (1 - probability)) * (1 - 1e-12));
}
