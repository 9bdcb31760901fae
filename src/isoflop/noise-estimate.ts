import { fitPolynomial } from "./orthogonal-polynomials.ts";

/** Degree of the polynomial in ln N that a budget's losses are held against. */
export const SMOOTH_DEGREE = 3;

/** How large the noise of a loss is, and from how much that is known. */
export interface NoiseEstimate {
  /** Relative standard deviation of a loss; NaN where it cannot be told. */
  noise: number;
  /** Residuals less parameters, over all budgets. */
  freedom: number;
}

/**
 * Relative standard deviation of a loss about a smooth curve: the residuals of ln(loss) from a cubic in ln N, budget by
 * budget, pooled and corrected for the four parameters of each. Budgets of four sizes or fewer say nothing. Runs of one size
 * count one by one. It holds all that moves single runs off the curve (seed, data order, a learning rate that suits one
 * size less), and nothing that a whole budget or a whole range of sizes has in common.
 *
 * @param budgets ln N and ln(loss) of the runs of each
 */
export function estimateNoise(budgets: readonly { x: Float64Array; logLoss: Float64Array }[]): NoiseEstimate {
  let squares = 0;
  let freedom = 0;
  for (const { x, logLoss } of budgets) {
    if (new Set(x).size <= SMOOTH_DEGREE + 1) continue;
    for (const residual of fitPolynomial(x, logLoss, SMOOTH_DEGREE).residuals) squares += residual ** 2;
    freedom += x.length - (SMOOTH_DEGREE + 1);
  }
  return { noise: freedom > 0 ? Math.sqrt(squares / freedom) : Number.NaN, freedom };
}
