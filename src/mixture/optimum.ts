import { searchSimplex } from "./simplex-search.ts";
import { gridOfTwo, type MixtureSpace, type Shares } from "./space.ts";

/** A mixture and its predicted value. */
export interface Optimum {
  shares: Shares;
  value: number;
}

/**
 * The best mixture: of two sources, the best of the grid, the first of equals; of more, found by a search over the simplex.
 *
 * @param value what is predicted, NaN where nothing is
 * @param sign 1 where the largest value is the best, -1 where the smallest is
 * @param start a mixture that the search should not fall behind
 * @returns undefined where no mixture has a value
 */
export function bestMixture(
  space: MixtureSpace,
  value: (shares: Shares) => number,
  sign: 1 | -1,
  start?: Shares,
): Optimum | undefined {
  if (space.sources.length > 2) {
    const found = searchSimplex(space, (shares) => sign * value(shares), start && [start]);
    return found && { shares: found.shares, value: sign * found.value };
  }
  let best: Optimum | undefined;
  for (const shares of gridOfTwo(space)) {
    const own = value(shares);
    if (Number.isNaN(own) || (best !== undefined && sign * own <= sign * best.value)) continue;
    best = { shares, value: own };
  }
  return best;
}
