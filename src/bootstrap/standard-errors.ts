import type { Fit, Unknown } from "../identifiability/fit.ts";
import { type PredictionError, standardErrorsOfPredictions } from "../identifiability/prediction-error.ts";
import type { Spread } from "../identifiability/spread.ts";
import { type SpreadKind, spreadOf } from "../identifiability/spreads.ts";
import type { Prediction } from "../methods/method.ts";
import type { CellDraws } from "./bootstrap-cells.ts";
import { type Quantity, quantities, quantityNames } from "./chain.ts";
import type { StageUse } from "./plan-bootstrap.ts";

/** Standard errors of a target's quantities. */
export type TargetErrors = Record<Quantity, PredictionError | Unknown>;

/** The fit of a stage, with the runs of its points. */
export function fitOf({ points, population, solution }: StageUse): Fit {
  const { problem, runLengths } = points;
  return { problem, parameters: solution.parameters, runs: { runs: population.runs, runLengths } };
}

/** Standard errors of all that a cell predicts, by the delta method at the fit of the data. */
export function pointErrors({ cell, uses }: CellDraws, kind: SpreadKind): Map<string, TargetErrors> {
  const parameters = uses.map((use) => use?.solution.parameters);
  return targetErrors(
    (given) => cell.plan.predict(given),
    parameters,
    uses.map((use) => {
      if (use === undefined) return noSolution;
      return use.posing === undefined ? stageSpread(use, kind) : madeWithOthers;
    }),
  );
}

const noSolution: Unknown = { reason: "a stage has no solution" };
const madeWithOthers: Unknown = {
  reason:
    "the points of a stage are made with the fits of others, whose errors it shares: resample it instead",
};
const known = new WeakMap<StageUse, Map<SpreadKind, Spread | Unknown>>();

/** The spread of a stage's fit, worked out once for all cells that share it. */
function stageSpread(use: StageUse, kind: SpreadKind): Spread | Unknown {
  const spreads = known.get(use) ?? new Map<SpreadKind, Spread | Unknown>();
  known.set(use, spreads);
  const spread = spreads.get(kind) ?? spreadOf(fitOf(use), kind);
  spreads.set(kind, spread);
  return spread;
}

/** Standard errors of each quantity of each target, from the parameters of the stages and how far they may be off. */
export function targetErrors(
  predict: (parameters: readonly (Float64Array | undefined)[]) => readonly Prediction[],
  parameters: readonly (Float64Array | undefined)[],
  spreads: readonly (Spread | Unknown)[],
): Map<string, TargetErrors> {
  const targets = predict(parameters).map(({ target }) => target);
  const flat = (given: readonly (Float64Array | undefined)[]): number[] =>
    predict(given).flatMap((one) => quantityNames.map((name) => one[quantities[name].estimate]));
  const errors = standardErrorsOfPredictions(flat, parameters, spreads);
  return new Map(
    targets.map((target, t) => {
      const own = quantityNames.map((name, q) => [name, errors[t * quantityNames.length + q]!]);
      return [target, Object.fromEntries(own) as TargetErrors];
    }),
  );
}
