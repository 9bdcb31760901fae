import type { Unknown } from "./fit.ts";
import { freedomAlong, type Spread, standardErrors } from "./spread.ts";

/** Standard error of a prediction by the delta method, and the Student's t that goes with it. */
export interface PredictionError {
  standardError: number;
  freedom: number;
}

/** What one fitted stage does to a prediction. */
export interface StageEffect {
  /** Derivative of the prediction by each of the stage's parameters. */
  gradient: ArrayLike<number>;
  spread: Spread | Unknown;
}

/**
 * Standard error of a prediction that is chained from fitted stages: the length of gradient times parts, summed over the
 * stages. Parts of one run in several stages are added before they are squared, so that their covariance counts; others are
 * independent. Degrees of freedom are the fewest of the stages that matter. A stage whose gradient is 0 does not matter.
 */
export function standardErrorOfPrediction(stages: readonly StageEffect[]): PredictionError | Unknown {
  const byRun = new Map<string, number>();
  let squares = 0;
  let freedom = Number.POSITIVE_INFINITY;
  for (const { gradient, spread } of stages) {
    if (Array.prototype.every.call(gradient, (slope) => slope === 0)) continue;
    if ("reason" in spread) return spread;
    const { parts, width, runs } = spread;
    freedom = Math.min(freedom, freedomAlong(spread, gradient));
    for (let u = 0; u < parts.length / width; u++) {
      let moved = 0;
      for (let p = 0; p < width; p++) {
        const part = parts[u * width + p]!;
        // A parameter that is held may have no finite slope.
        if (part !== 0) moved += gradient[p]! * part;
      }
      const run = runs?.[u];
      if (run === undefined) squares += moved * moved;
      else byRun.set(run, (byRun.get(run) ?? 0) + moved);
    }
  }
  for (const moved of byRun.values()) squares += moved * moved;
  const standardError = Math.sqrt(squares);
  if (!Number.isFinite(standardError)) return { reason: "the prediction has no finite slope" };
  return { standardError, freedom };
}

/** Step of a difference, as a share of the parameter's size. */
const share = 1e-5;

/** A standard error beyond this many times its parameter says nothing of the parameter's scale. */
const mostErrors = 1e6;

/** Predictions from the parameters of each stage; a stage without a solution is undefined. */
export type Predict = (parameters: readonly (Float64Array | undefined)[]) => ArrayLike<number>;

/**
 * Standard errors of all that a method predicts, its chain taken as it is: slopes by central differences of `predict`.
 * Their relative error is near 1e-9: a step is a share of the parameter or of its standard error, whichever is larger.
 *
 * @param parameters solution of each stage
 * @param spreads of each stage; what it is for a stage without a solution does not matter
 * @returns one for each prediction, in order
 */
export function standardErrorsOfPredictions(
  predict: Predict,
  parameters: readonly (Float64Array | undefined)[],
  spreads: readonly (Spread | Unknown)[],
): (PredictionError | Unknown)[] {
  const slopes = parameters.map((values, s) => {
    if (values === undefined) return [];
    const spread = spreads[s]!;
    const errors = "reason" in spread ? values.map(() => 0) : standardErrors(spread);
    return Array.from(values, (value, p) => {
      // A parameter that is held does not move the prediction.
      if (!("reason" in spread) && errors[p] === 0) return undefined;
      const size = Math.abs(value);
      const scale = Math.max(size, size > 0 ? Math.min(errors[p]!, mostErrors * size) : errors[p]!);
      const step = share * (scale > 0 ? scale : 1);
      const at = (moved: number): ArrayLike<number> => predict(parameters.with(s, values.with(p, moved)));
      const [above, below] = [value + step, value - step];
      const [high, low] = [at(above), at(below)];
      return Float64Array.from(high, (value, k) => (value - low[k]!) / (above - below));
    });
  });
  return Array.from(predict(parameters), (value, k) => {
    if (!Number.isFinite(value)) return { reason: "there is no prediction" };
    return standardErrorOfPrediction(
      slopes.flatMap((ofStage, s) => {
        if (ofStage.length === 0) return [];
        return [{ gradient: ofStage.map((slope) => slope?.[k] ?? 0), spread: spreads[s]! }];
      }),
    );
  });
}
