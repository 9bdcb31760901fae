import type { SpreadKind } from "../intervals/method.ts";
import { pseudoRoot } from "./curvature-root.ts";
import { type Fit, standingAs, standings, type Unknown } from "./fit.ts";
import { influenceVariance, type LinearFit, linearise, meanSlope } from "./linearise.ts";
import { sandwich } from "./sandwich.ts";

/**
 * How far the parameters of a fit may be off: independent parts that their error is the sum of. The covariance is
 * parts' parts.
 */
export interface Spread {
  /** parts x parameters, row-major; 0 for parameters that are held. */
  parts: Float64Array;
  /** Parameters of the form. */
  width: number;
  /** Run that each part comes from: parts of one run in several fits move together. Without, all are parts of their own. */
  runs?: readonly string[];
  /** Degrees of freedom of the Student's t to multiply a standard error by; infinity is the normal. */
  freedom: number;
}

/** Standard error of each parameter; 0 for those that are held. */
export function standardErrors({ parts, width }: Spread): Float64Array {
  const squares = new Float64Array(width);
  parts.forEach((part, i) => {
    squares[i % width]! += part * part;
  });
  return squares.map(Math.sqrt);
}

/** Covariance of two parameters. */
export function covariance({ parts, width }: Spread, a: number, b: number): number {
  let sum = 0;
  for (let i = 0; i < parts.length; i += width) sum += parts[i + a]! * parts[i + b]!;
  return sum;
}

/**
 * The spread behind the shaded band of the model ladder's figure 4 (Bhagia et al., 2024; the formula is in its released
 * code): sigma^2 (J'J)^-1 as SciPy's curve_fit gives it. sigma^2 = sum of squares / (points - parameters), points are
 * taken as independent, an anchor as a point like any other, parameters on a bound as free, and the normal for the t. The
 * paper has it for the link alone, a squared loss. For Huber's loss it is the like: sigma^2 of the influences, over the
 * square of their mean slope (Huber & Ronchetti, 2009, chapter 7, without its small-sample factor).
 */
function modelSpread(fit: LinearFit): Spread | Unknown {
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

/** How far the parameters of a fit may be off. */
export function spreadOf(fit: Fit, kind: SpreadKind): Spread | Unknown {
  const linear = linearise(fit);
  if ("reason" in linear) return linear;
  return kind === "paper-delta" ? modelSpread(linear) : sandwich(linear, kind);
}
