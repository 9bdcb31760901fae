import { getOrInsert, getOrInsertRecent, ownValue } from "../collections.ts";
import type { Fit, Unknown } from "../identifiability/fit.ts";
import { type PredictionError, standardErrorsOfPredictions } from "../identifiability/prediction-error.ts";
import { type Spread, spreadOf } from "../identifiability/spread.ts";
import type { SpreadKind } from "../intervals/method.ts";
import {
  drawsFor,
  type Purpose,
  purposes,
  type ReplicateNoise,
  replicateNoise,
} from "../intervals/purposes.ts";
import type { Prediction } from "../methods/method.ts";
import { drawCounter, replicateMaker } from "../solve/draw-resample.ts";
import {
  type CellDraws,
  chainReplicates,
  nothingYet,
  perQuantity,
  type Quantity,
  quantities,
  quantityNames,
  type TargetDraws,
} from "./bootstrap-cells.ts";
import type { StageUse } from "./plan-bootstrap.ts";
import { replicateParameters } from "./resample-stage.ts";
import type { StageOutcome } from "./resample-use.ts";
import { residualsOf } from "./residuals.ts";
import { firstPoints } from "./schemes.ts";
import type { Bootstrap } from "./spec.ts";

/** Standard errors of a target's quantities. */
export type TargetErrors = Record<Quantity, PredictionError | Unknown>;

/** The fit of a stage, with the runs of its points. */
export function fitOf({ points, population, solution }: StageUse): Fit {
  const { problem, runLengths } = points;
  return { problem, parameters: solution.parameters, runs: { runs: population.runs, runLengths } };
}

/** Standard errors of all that a cell predicts, by the delta method at the fit of the data. */
export function pointErrors({ cell, uses }: CellDraws, kind: SpreadKind): Map<string, TargetErrors> {
  return targetErrors(
    cell,
    uses.map((use) => use?.solution.parameters),
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
  const spreads = getOrInsert(pooledErrors, use, () => new Map());
  return getOrInsert(spreads, kind, () => spreadOf(fitOf(use), kind));
}

/** Standard errors of each quantity of each target, from the parameters of the stages and how far they may be off. */
function targetErrors(
  { plan }: CellDraws["cell"],
  parameters: readonly (Float64Array | undefined)[],
  spreads: readonly (Spread | Unknown)[],
): Map<string, TargetErrors> {
  const targets = plan.predict(parameters).map(({ target }) => target);
  const flat = (given: readonly (Float64Array | undefined)[]): number[] =>
    plan
      .predict(given)
      .flatMap((prediction) => quantityNames.map((name) => prediction[quantities[name].estimate]));
  const errors = standardErrorsOfPredictions(flat, parameters, spreads);
  return new Map(
    targets.map((target, t) => [
      target,
      perQuantity((name) => errors[t * quantityNames.length + quantityNames.indexOf(name)]!),
    ]),
  );
}

/** Standard error of each quantity on each replicate; NaN where it has none. */
export type ReplicateErrors = Record<Quantity, Float64Array>;

/**
 * Standard errors of all that a cell predicts on each replicate, by the delta method at the replicate's own fit and draw;
 * undefined for schemes that do not draw runs, for whose replicates no standard errors are known.
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
  const byTarget = new Map<string, ReplicateErrors>();
  for (let i = 0; i < resamples; i++) {
    const parameters = outcomes.map((outcome) => outcome && replicateParameters(outcome.replicates, i));
    const spreads = stages.map((ofReplicates) => ofReplicates![i] ?? noFit);
    for (const [target, errors] of targetErrors(cell, parameters, spreads)) {
      const values = getOrInsert(byTarget, target, () => nothingYet(resamples));
      for (const name of quantityNames) {
        const error = errors[name];
        if ("standardError" in error) values[name][i] = error.standardError;
      }
    }
  }
  return byTarget;
}

const noFit: Unknown = { reason: "the replicate has no fit" };

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

/** The problem that a replicate is a fit of, by its number. */
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

/** Step of a difference, in the unit of a stage's residuals. */
const step = 1e-5;

/**
 * Standard errors for the purpose, from those of the curve: the noise of each stage, times how much it moves the
 * prediction, is added in squares; so is that of the evaluation set.
 */
export function purposeErrors(
  purpose: Purpose,
  { cell, uses }: CellDraws,
  curve: ReadonlyMap<string, TargetErrors>,
  { questions }: { questions: Bootstrap["questions"] },
): ReadonlyMap<string, TargetErrors> {
  const { sources } = purposes[purpose];
  if (sources.length === 0) return curve;
  const parameters = uses.map((use) => use?.solution.parameters);
  const at = (stage: number, shift: number): Map<string, Prediction> => {
    const shifts = uses.map((_, s) => (s === stage ? shift : 0));
    return new Map(
      cell.plan.predict(parameters, shifts).map((prediction) => [prediction.target, prediction]),
    );
  };
  const stages = uses.flatMap((use, s) => {
    if (use === undefined) return [];
    const { run, checkpoint } = noiseLevels(use);
    const level = Math.hypot(run, sources.includes("checkpoint") ? checkpoint : 0);
    return [{ level, above: at(s, step), below: at(s, -step) }];
  });
  const asked = sources.includes("evaluation") ? questionsOf(questions, cell.task) : undefined;
  const middle = at(-1, 0);
  const noiseOf = (target: string, quantity: Quantity): number => {
    const value = (prediction: Prediction | undefined): number =>
      prediction?.[quantities[quantity].estimate] ?? Number.NaN;
    const moved = stages.map(({ level, above, below }) => {
      return (level * (value(above.get(target)) - value(below.get(target)))) / (2 * step);
    });
    const share = value(middle.get(target));
    const isScore = quantity !== "feature" && share > 0 && share < 1;
    const evaluation = asked !== undefined && isScore ? Math.sqrt((share * (1 - share)) / asked) : 0;
    return Math.hypot(...moved, evaluation);
  };
  const widen = (error: PredictionError | Unknown, noise: number): PredictionError | Unknown =>
    "reason" in error ? error : { ...error, standardError: Math.hypot(error.standardError, noise) };
  return new Map(
    Array.from(curve, ([target, errors]) => [
      target,
      perQuantity((name) => widen(errors[name], noiseOf(target, name))),
    ]),
  );
}

/**
 * Draws for the purpose. For the curve they are the cell's own. For a new run or checkpoint noise as large as
 * each stage's residuals is added to what the stage predicts, in the unit of its residuals, and goes on through the chain;
 * the noise of the evaluation set is added at the end.
 *
 * @param chain makes the draws, with noise added to what each stage predicts. @default the cell's own
 */
export function purposeDraws(
  purpose: Purpose,
  { cell, targets, uses, outcomes }: CellDraws,
  { resamples, questions }: { resamples: number; questions: Bootstrap["questions"] },
  seed: number,
  chain: (shifts?: readonly (Float64Array | undefined)[]) => readonly TargetDraws[] = (shifts) => {
    if (shifts === undefined) return targets;
    const stages = outcomes.map((outcome) => outcome?.replicates);
    return chainReplicates(cell.plan, stages, resamples, shifts);
  },
): readonly TargetDraws[] {
  const { sources } = purposes[purpose];
  if (sources.length === 0) return chain();
  const draws = chain(uses.map((use) => use && stageNoise(use, sources, resamples, seed)));
  const asked = questionsOf(questions, cell.task);
  if (asked === undefined || !sources.includes("evaluation")) return draws;
  const levels = { run: 0, checkpoint: 0, questions: asked };
  const noise = noiseOf(resamples, `${seed}/${cell.task}`);
  return draws.map(({ target, values }) => ({
    target,
    values: {
      ...values,
      predicted: drawsFor(purpose, values.predicted, levels, noise),
      link: drawsFor(purpose, values.link, levels, noise),
    },
  }));
}

/** Questions of a task's evaluation set; undefined where they are not given. */
export function questionsOf(questions: Bootstrap["questions"], task: string): number | undefined {
  return typeof questions === "object" ? ownValue(questions, task) : questions;
}

/** Noise of stages and tasks that were met last: cells share it. */
const recentNoise = new Map<string, ReplicateNoise>();
const MOST_RECENT = 16;

function noiseOf(resamples: number, key: string): ReplicateNoise {
  return getOrInsertRecent(recentNoise, MOST_RECENT, `${resamples} ${key}`, () =>
    replicateNoise(resamples, key),
  );
}

const levelsOf = new WeakMap<StageUse, { run: number; checkpoint: number }>();

/** Standard deviations of new runs, and of new checkpoints of a run, about what a stage predicts; in the unit of its residuals. */
export function noiseLevels(use: StageUse): { run: number; checkpoint: number } {
  return getOrInsert(levelsOf, use, () => {
    const { problem, solution, runs } = use;
    const points = { ...runs, strata: [runs.runs.length], points: problem.response.length };
    const { betweenRuns, withinRuns } = residualsOf(problem, solution.parameters, points);
    // With one point a run, the variances between and within runs cannot be separated.
    const isSingle = runs.runLengths.every((length) => length <= 1);
    return isSingle ? { run: withinRuns, checkpoint: 0 } : { run: betweenRuns, checkpoint: withinRuns };
  });
}

/** Noise of one stage on each replicate; the same for all cells and targets, as the draws of runs are. */
function stageNoise(
  use: StageUse,
  sources: readonly string[],
  resamples: number,
  seed: number,
): Float64Array {
  const levels = noiseLevels(use);
  const unit = noiseOf(resamples, `${seed}/${use.stage}`);
  const checkpoint = sources.includes("checkpoint") ? levels.checkpoint : 0;
  return unit.run.map((z, i) => levels.run * z + checkpoint * unit.checkpoint[i]!);
}
