import { sumOfProducts } from "../identifiability/columns.ts";

/** Steps of the search for weights, each a pass over all pairs. */
const PASSES = 200;

/** Change of the objective, relative to itself, at which it ends. */
const ENOUGH = 1e-10;

/**
 * Weights of predictions, >= 0 with sum 1, whose mean has the least squares of errors: stacking (Wolpert 1992; Breiman 1996).
 *
 * @param residuals of each form, one a row that it has not seen
 * @param weights of the rows
 */
export function stackingWeights(residuals: readonly Float64Array[], weights: Float64Array): Float64Array {
  const count = residuals.length;
  // The error of the mean of predictions is the mean of their errors.
  const products = residuals.map((a) => residuals.map((b) => sumOfProducts(weights, a, b)));
  const least = products.reduce((best, row, k) => (row[k]! < products[best]![best]! ? k : best), 0);
  const shares = new Float64Array(count);
  shares[least] = 1;
  const slopes = Float64Array.from(products, (row) => row[least]!);
  const objective = () => shares.reduce((sum, share, k) => sum + share * slopes[k]!, 0);
  let before = objective();
  for (let pass = 0; pass < PASSES; pass++) {
    for (let from = 0; from < count; from++) {
      for (let to = 0; to < count; to++) {
        if (from === to || shares[from] === 0) continue;
        const curve = products[from]![from]! + products[to]![to]! - 2 * products[from]![to]!;
        const gain = slopes[from]! - slopes[to]!;
        if (!(gain > 0) || !(curve > 0)) continue;
        const moved = Math.min(shares[from]!, gain / curve);
        shares[from]! -= moved;
        shares[to]! += moved;
        for (let k = 0; k < count; k++) slopes[k]! += moved * (products[k]![to]! - products[k]![from]!);
      }
    }
    const now = objective();
    if (before - now <= ENOUGH * before) break;
    before = now;
  }
  return shares;
}
