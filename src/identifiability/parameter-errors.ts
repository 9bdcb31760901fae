import type { FormParameter } from "../forms/form.ts";
import { studentQuantile } from "../intervals/distributions.ts";
import { lineariseFit, type SolvedFit } from "./card.ts";
import { pseudoRoot } from "./curvature-root.ts";
import { standingAs, standings, type Unknown } from "./fit.ts";
import type { LinearFit } from "./linearise.ts";
import { gaussNewtonSpread, type Spread, sandwich, standardErrors } from "./spread.ts";

/**
 * What the standard errors of a fit rest on: known errors of the responses; the residuals, points taken as independent with one spread;
 * or the residuals, runs taken as independent (the sandwich), where runs have several points.
 */
export type ErrorBasis = "sigma" | "points" | "runs";

/** The errors of a fit's parameters. */
export interface ParameterErrors {
  by: ErrorBasis;
  linear: LinearFit | Unknown;
  spread: Spread | Unknown;
  /** One a parameter; NaN where it is not known, or a bound holds it. */
  standardErrors: Float64Array;
}

/**
 * The errors of a fit. Without known errors and with a point a run it is s^2 (J'WJ)^-1, as SciPy's curve_fit gives it by default
 * (absolute_sigma=False); with known errors and the squared loss (J'WJ)^-1, as it does with absolute_sigma=True. Of Huber's loss it is the
 * analogue, with the spread that the residuals say.
 */
export function parameterErrors(fit: SolvedFit): ParameterErrors {
  const { problem, runs, solution } = fit;
  const isKnown = runs.hasKnownErrors === true && problem.loss.kind === "squared";
  const by = isKnown ? "sigma" : runs.runLengths.some((length) => length > 1) ? "runs" : "points";
  const linear = lineariseFit(fit);
  const spread =
    "reason" in linear
      ? linear
      : by === "runs"
        ? sandwich(linear, "runs")
        : gaussNewtonSpread(linear, ["free"], isKnown);
  const all = standings({ problem, parameters: solution.parameters });
  const errors = "reason" in spread ? undefined : standardErrors(spread);
  return {
    ...{ by, linear, spread },
    standardErrors: Float64Array.from(all, (standing, p) =>
      errors === undefined || standing !== "free" ? Number.NaN : errors[p]!,
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

/** The name of what a parameter is the logarithm of, as its description says: `logarithm of A, the scale`. */
export function quantityOf(name: string, { logarithm, description = "" }: FormParameter): string {
  if (!logarithm) return name;
  return /^logarithm of ([A-Z]\w*)(?=,|;|$)/.exec(description)?.[1] ?? `exp(${name})`;
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
  const root = pseudoRoot(fit, free);
  for (let i = 0; i < points; i++) {
    for (let k = 0; k < free.length; k++) {
      const along = free.reduce((sum, p, c) => sum + root.get(k, c) * fit.design[p * points + i]!, 0);
      shares[i]! += fit.weights[i]! * along * along;
    }
  }
  return shares;
}
