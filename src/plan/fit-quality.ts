import type { LeftOutPoints } from "../methods/method.ts";
import { fittedValues } from "../solve/objective.ts";
import type { Problem, Solution } from "../solve/problem.ts";
import { mean } from "../statistics.ts";
import { formatNumber } from "../text.ts";

/** `3 at chance, 1 not improved`; null where nothing is. */
export function describeLeftOut(leftOut: readonly LeftOutPoints[]): string | null {
  return leftOut.length === 0 ? null : leftOut.map(({ reason, points }) => `${points} ${reason}`).join(", ");
}

/** How near a fit is to its points. */
export interface FitQuality {
  /** Mean of |prediction - response| / |response| over the points whose response is not 0. */
  meanAbsRelError: number;
  /**
   * 1 - sum of the squared residuals / sum of the squared deviations of the response from its mean, both of logarithms
   * where the residuals are. NaN where the response is the same at all points.
   */
  rSquared: number;
}

export function fitQuality(problem: Problem, parameters: Float64Array): FitQuality {
  const { response, residual } = problem;
  const fitted = fittedValues(problem, parameters);
  let [errors, counted] = [0, 0];
  for (let i = 0; i < response.length; i++) {
    const y = response[i]!;
    if (y === 0) continue;
    errors += Math.abs((fitted[i]! - y) / y);
    counted++;
  }
  return {
    meanAbsRelError: errors / counted,
    rSquared:
      residual === "log" ? rSquared(logarithms(response), logarithms(fitted)) : rSquared(response, fitted),
  };
}

/** R2 below which a law says hardly more of the response than its mean does. */
const HARDLY = 0.1;

/** Whether a law fits hardly better than the mean of the response, in words; none if it fits better. */
export function doubtsOfRSquared(rSquared: number, residual: string): string[] {
  // A law that is the mean is off by rounding.
  const r2 = Math.abs(rSquared) < 1e-9 ? 0 : rSquared;
  const scale = residual === "log" ? "mean of the logarithms" : "mean";
  if (r2 < 0) return [`R2 is below 0: the ${scale} of the response fits better`];
  if (!(r2 < HARDLY)) return [];
  return [
    `R2 is ${formatNumber(r2, 2)}: the law fits ${r2 === 0 ? "no" : "hardly"} better than the ${scale} of the response`,
  ];
}

/** Why a fit as a whole is not to be trusted, in words; none if it is. */
export function fitDoubts(problem: Problem, { parameters, starts, startAgreement }: Solution): string[] {
  const agreeing = Math.round(startAgreement * starts);
  const { rSquared } = fitQuality(problem, parameters);
  return [
    ...(starts > 1 && agreeing <= 1
      ? [`no two of ${starts} starts end alike, so that a better fit may exist: --starts tries more`]
      : []),
    ...doubtsOfRSquared(rSquared, problem.residual),
  ];
}

function rSquared(values: Float64Array, fitted: Float64Array): number {
  // Their mean may be off by rounding, which deviations would be made of.
  if (values.every((value) => value === values[0])) return Number.NaN;
  const centre = mean(values);
  let residuals = 0;
  let deviations = 0;
  for (let i = 0; i < values.length; i++) {
    const residual = fitted[i]! - values[i]!;
    const deviation = values[i]! - centre;
    residuals += residual * residual;
    deviations += deviation * deviation;
  }
  return 1 - residuals / deviations;
}

function logarithms(values: Float64Array): Float64Array {
  const logs = new Float64Array(values.length);
  for (let i = 0; i < logs.length; i++) logs[i] = Math.log(values[i]!);
  return logs;
}
