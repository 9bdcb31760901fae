import { medianSpread } from "../intervals/median-spread.ts";
import { fitPowerCurve, type PowerShape } from "./power-curve.ts";
import type { NearLosses } from "./power-shape.ts";

/** Times the spread of the others that a loss must lie off: of normal noise one in a hundred million does. */
const FAR = 6;

/** Fewest losses that are not all but held by their own curve; of fewer the median says little of the spread. */
const FEWEST = 10;

/** Losses whose own curve follows them more than this say nothing. */
const MOST_LEVERAGE = 0.9;

/** A run whose loss lies far off the curve of its budget. */
export interface Outlier {
  /** Its place among the losses of the budget. */
  point: number;
  /** How many times the spread of all others: the median of their sizes over that of normal noise. */
  times: number;
}

/**
 * Of each budget the loss that lies farthest off its curve, where it is far out of what the others of the group scatter. Residuals are
 * standardised by their leverage; the spread is told by their median, which single losses do not move.
 */
export function outliersOf(budgets: readonly NearLosses[], shape: PowerShape): (Outlier | undefined)[] {
  const sizes = budgets.map(({ u, losses }) => {
    const { residuals, span } = fitPowerCurve(u, losses, shape);
    return residuals.map((residual, i) => {
      const leverage = span.reduce((sum, unit) => sum + unit[i]! ** 2, 0);
      return leverage > MOST_LEVERAGE ? Number.NaN : Math.abs(residual) / Math.sqrt(1 - leverage);
    });
  });
  const sorted = sizes
    .flat()
    .filter((size) => !Number.isNaN(size))
    .sort((a, b) => a - b);
  const spread = medianSpread(sorted);
  if (sorted.length < FEWEST || !(spread > 0)) return budgets.map(() => undefined);
  return sizes.map((own) => {
    const point = own.reduce((far, size, i) => (size > (own[far] ?? -1) ? i : far), -1);
    const times = (own[point] ?? 0) / spread;
    return times > FAR ? { point, times } : undefined;
  });
}
