import type { FormParameter } from "../forms/form.ts";
import { quantityOf } from "../forms/quantity.ts";
import { studentQuantile } from "../intervals/distributions.ts";
import { toldRoot } from "./curvature-root.ts";
import { type ErrorBasis, type Fit, hasKnownSigma, standingAs, standings, type Unknown } from "./fit.ts";
import { type LinearFit, linearise } from "./linearise.ts";
import { reducedSandwich } from "./reduced-sandwich.ts";
import { gaussNewtonSpread, type Spread, standardErrors } from "./spread.ts";

/** The errors of a fit's parameters. */
export interface ParameterErrors {
  by: ErrorBasis;
  linear: LinearFit | Unknown;
  spread: Spread | Unknown;
  /** One a parameter; NaN where it is not known, no point tells the parameter from others, or a bound holds it. */
  standardErrors: Float64Array;
}

/**
 * The errors of a fit. Without known errors and with a point a run it is s^2 (J'WJ)^-1, as SciPy's curve_fit gives it by default
 * (absolute_sigma=False); with known errors and the squared loss (J'WJ)^-1, as it does with absolute_sigma=True. Of Huber's loss it is the
 * analogue, with the spread that the residuals say. Runs of several points are taken as independent (`reducedSandwich`).
 */
export function parameterErrors(fit: Fit): ParameterErrors {
  const { runs } = fit;
  const isKnown = hasKnownSigma(fit);
  const by = isKnown ? "sigma" : runs.runLengths.some((length) => length > 1) ? "runs" : "points";
  const linear = linearise(fit);
  const spread =
    "reason" in linear
      ? linear
      : by === "runs"
        ? reducedSandwich(linear)
        : gaussNewtonSpread(linear, ["free"], isKnown, toldRoot);
  const all = standings(fit);
  const errors = "reason" in spread ? undefined : standardErrors(spread);
  const untold = "reason" in spread ? undefined : spread.untold;
  return {
    ...{ by, linear, spread },
    standardErrors: Float64Array.from(all, (standing, p) =>
      errors === undefined || standing !== "free" || untold?.has(p) ? Number.NaN : errors[p]!,
    ),
  };
}

/** A parameter in the user's terms. */
export interface Estimate {
  /** Name of the quantity: `A` of the parameter `a`, its logarithm. */
  quantity: string;
  estimate: number;
  standardError: number;
  lower: number;
  upper: number;
}

/**
 * A parameter in the user's terms: of a logarithm the quantity itself, with the ends of the logarithm's interval.
 *
 * @param freedom degrees of freedom of the Student's t
 */
export function estimateOf(
  name: string,
  parameter: FormParameter,
  value: number,
  standardError: number,
  { level, freedom }: { level: number; freedom: number },
): Estimate {
  const t = studentQuantile((1 + level) / 2, freedom);
  if (parameter.logarithm) {
    const [lower, upper] = [-1, 1].map((side) => Math.exp(value + side * t * standardError)) as [
      number,
      number,
    ];
    const estimate = Math.exp(value);
    return {
      quantity: quantityOf(name, parameter),
      estimate,
      standardError: estimate * standardError,
      lower,
      upper,
    };
  }
  const half = t * standardError;
  if (parameter.isScale && value > 0) {
    const factor = Math.exp(half / value);
    return { quantity: name, estimate: value, standardError, lower: value / factor, upper: value * factor };
  }
  return { quantity: name, estimate: value, standardError, lower: value - half, upper: value + half };
}

/**
 * How much each point draws the fit to itself: the share of its own response in its fitted value, 0 to 1, by the Gauss-Newton matrix of
 * the parameters that no bound holds.
 */
export function leverages(fit: LinearFit): Float64Array {
  const free = standingAs(standings(fit), "free");
  const points = fit.residual.length;
  const shares = new Float64Array(points);
  if (free.length === 0) return shares;
  const { root } = toldRoot(fit, free);
  for (let i = 0; i < points; i++) {
    for (let k = 0; k < free.length; k++) {
      const along = free.reduce((sum, p, c) => sum + root.get(k, c) * fit.design[p * points + i]!, 0);
      shares[i]! += fit.weights[i]! * along * along;
    }
  }
  return shares;
}
