import { pseudoRoot } from "./curvature-root.ts";
import { standingAs, standings, type Unknown } from "./fit.ts";
import { influenceVariance, type LinearFit, meanSlope } from "./linearise.ts";
import type { Spread } from "./spread.ts";

/**
 * The spread behind the shaded band of the model ladder's figure 4 (Bhagia et al., 2024; the formula is in its released
 * code): sigma^2 (J'J)^-1 as SciPy's curve_fit gives it. sigma^2 = sum of squares / (points - parameters), points are
 * taken as independent, an anchor as a point like any other, parameters on a bound as free, and the normal for the t. The
 * paper has it for the link alone, a squared loss. For Huber's loss it is the like: sigma^2 of the influences, over the
 * square of their mean slope (Huber & Ronchetti, 2009, chapter 7, without its small-sample factor).
 */
export function modelSpread(fit: LinearFit): Spread | Unknown {
  const width = fit.parameters.length;
  const columns = standingAs(standings(fit), "free", "at-bound");
  if (columns.length === 0) return { reason: "every parameter is fixed" };
  const left = fit.points - columns.length;
  if (left <= 0) {
    return { reason: `${fit.points} points for ${columns.length} parameters leave no residuals` };
  }
  const sigma = Math.sqrt(influenceVariance(fit, left)) / meanSlope(fit);
  const root = pseudoRoot(fit, columns);
  const parts = new Float64Array(root.rows * width);
  for (let r = 0; r < root.rows; r++) {
    columns.forEach((p, c) => {
      parts[r * width + p] = sigma * root.get(r, c);
    });
  }
  return { parts, width, freedom: Number.POSITIVE_INFINITY };
}
