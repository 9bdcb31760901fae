import { betaProbability } from "../intervals/distributions/beta.ts";
import { chiSquareTail } from "../intervals/distributions/chi-square.ts";

/** Beyond this, on either side, scatter is not what the noise leads to: one law in fifty by chance. */
export const RARE = 0.01;

/**
 * Probability that noise alone scatters budgets about their law more than they are: the upper tail of chi-square where the noise is
 * known, of F where its variance is itself an estimate.
 *
 * @param square mean of squared residuals over squared spreads, over `freedom`
 * @param freedom budgets less two
 * @param noiseFreedom degrees of freedom of the variance of the noise; infinite where it is known
 */
export function scatterProbability(square: number, freedom: number, noiseFreedom: number): number {
  if (!(freedom > 0) || Number.isNaN(square)) return Number.NaN;
  if (noiseFreedom === Number.POSITIVE_INFINITY) return chiSquareTail(square * freedom, freedom);
  const total = noiseFreedom + freedom * square;
  return betaProbability(noiseFreedom / total, noiseFreedom / 2, freedom / 2, (freedom * square) / total);
}
