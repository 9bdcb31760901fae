import type { Fit, Unknown } from "../identifiability/fit.ts";
import { type PredictionError, standardErrorsOfPredictions } from "../identifiability/prediction-error.ts";
import { type Spread, type SpreadKind, spreadOf } from "../identifiability/spread.ts";
import type { Prediction } from "../methods/method.ts";
import { drawCounter, replicateMaker } from "../solve/draw-resample.ts";
import {
  type CellDraws,
  type Quantity,
  quantities,
  quantityNames,
  type StageOutcome,
} from "./bootstrap-cells.ts";
import type { StageUse } from "./plan-bootstrap.ts";
import { replicateParameters } from "./resample-stage.ts";
import { firstPoints } from "./scheme.ts";

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
const pooledErrors = new WeakMap<StageUse, Map<SpreadKind, Spread | Unknown>>();

/** The spread of a stage's fit, worked out once for all cells that share it. */
function stageSpread(use: StageUse, kind: SpreadKind): Spread | Unknown {
  const spreads = pooledErrors.get(use) ?? new Map<SpreadKind, Spread | Unknown>();
  pooledErrors.set(use, spreads);
  const spread = spreads.get(kind) ?? spreadOf(fitOf(use), kind);
  spreads.set(kind, spread);
  return spread;
}

/** Standard errors of each quantity of each target, from the parameters of the stages and how far they may be off. */
function targetErrors(
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

/** Standard error of each quantity on each replicate; NaN where it has none. */
export type ReplicateErrors = Record<Quantity, Float64Array>;

/**
 * Standard errors of all that a cell predicts on each replicate, by the delta method at the replicate's own fit and draw;
 * undefined for schemes whose draws are not of runs, of which they are not replicateErrorsOf.
 */
export function replicateErrors(
  { cell, uses, outcomes }: CellDraws,
  resamples: number,
  seed: number,
): Map<string, ReplicateErrors> | undefined {
  const stages = uses.map((use, s) => {
    const outcome = outcomes[s];
    return use === undefined || outcome === undefined ? [] : stageSpreads(use, outcome, resamples, seed);
  });
  if (stages.includes(undefined)) return undefined;
  const found = new Map<string, ReplicateErrors>();
  for (let i = 0; i < resamples; i++) {
    const parameters = outcomes.map((outcome) => outcome && replicateParameters(outcome.replicates, i));
    const spreads = stages.map((own) => own![i] ?? noFit);
    for (const [target, errors] of targetErrors((given) => cell.plan.predict(given), parameters, spreads)) {
      const own = found.get(target) ?? emptyErrors(resamples);
      found.set(target, own);
      for (const name of quantityNames) {
        const error = errors[name];
        if ("standardError" in error) own[name][i] = error.standardError;
      }
    }
  }
  return found;
}

const noFit: Unknown = { reason: "the replicate has no fit" };

function emptyErrors(resamples: number): ReplicateErrors {
  const nothing = (): Float64Array => new Float64Array(resamples).fill(Number.NaN);
  return { predicted: nothing(), feature: nothing(), link: nothing() };
}

const replicateErrorsOf = new WeakMap<StageOutcome, readonly (Spread | Unknown)[]>();

/** The spread of each replicate of a stage, worked out once for all cells that share it. */
function stageSpreads(
  use: StageUse,
  outcome: StageOutcome,
  resamples: number,
  seed: number,
): readonly (Spread | Unknown)[] | undefined {
  const before = replicateErrorsOf.get(outcome);
  if (before !== undefined) return before;
  const fitAt = outcome.replicates.isHeld ? () => fitOf(use) : replicateFit(use, outcome, seed);
  if (fitAt === undefined) return undefined;
  const spreads = Array.from({ length: resamples }, (_, i) => {
    const parameters = replicateParameters(outcome.replicates, i);
    return parameters === undefined ? noFit : spreadOf({ ...fitAt(i + 1), parameters }, "runs");
  });
  replicateErrorsOf.set(outcome, spreads);
  return spreads;
}

/** What a replicate is a fit of, by its number. */
function replicateFit(
  use: StageUse,
  { ready }: StageOutcome,
  seed: number,
): ((resample: number) => Fit) | undefined {
  if (ready === undefined || !ready.drawsRuns) return undefined;
  const { points, resampling } = ready;
  const { draw, population } = resampling;
  const fit = { ...fitOf(use), problem: points.problem };
  const first = firstPoints(points.runLengths);
  if (draw.kind === "groups") {
    const count = drawCounter(population, draw, seed, points.points);
    const counts = new Float64Array(points.points);
    return (resample) => {
      count(resample, counts);
      return {
        ...fit,
        draws: points.runLengths.map((length, run) => (length > 0 ? counts[first[run]!]! : 0)),
      };
    };
  }
  if (draw.kind !== "wild") return undefined;
  const replicateOf = replicateMaker(points.problem, resampling, seed);
  return (resample) => ({ ...fit, problem: replicateOf(resample) });
}
