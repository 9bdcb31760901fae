import { ownValue } from "../collections.ts";
import type { Unknown } from "../identifiability/fit.ts";
import type { PredictionError } from "../identifiability/prediction-error.ts";
import { drawsFor, type Purpose, purposes, replicateNoise } from "../intervals/purposes.ts";
import type { Prediction } from "../methods/method.ts";
import {
  type CellDraws,
  chainReplicates,
  type Quantity,
  quantities,
  quantityNames,
  type TargetDraws,
} from "./bootstrap-cells.ts";
import type { StageUse } from "./plan-bootstrap.ts";
import { residualsOf } from "./residuals.ts";
import type { Bootstrap } from "./spec.ts";
import type { TargetErrors } from "./standard-errors.ts";

/** Step of a difference, in the unit of a stage's residuals. */
const step = 1e-5;

/**
 * Standard errors of what the purpose asks, from those of the curve: the noise of each stage, times how much it moves the
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
    return new Map(cell.plan.predict(parameters, shifts).map((one) => [one.target, one]));
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
    const value = (one: Prediction | undefined): number => one?.[quantities[quantity].estimate] ?? Number.NaN;
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
    Array.from(curve, ([target, errors]) => {
      const own = quantityNames.map((name) => [name, widen(errors[name], noiseOf(target, name))]);
      return [target, Object.fromEntries(own) as TargetErrors];
    }),
  );
}

/**
 * Draws of what the purpose asks. For the curve they are the cell's own. For a new run or checkpoint noise as large as
 * each stage's residuals is added to what the stage predicts, in the unit of its residuals, and goes on through the chain;
 * the noise of the evaluation set is added at the end.
 */
export function purposeDraws(
  purpose: Purpose,
  { cell, targets, uses, outcomes }: CellDraws,
  { resamples, questions }: { resamples: number; questions: Bootstrap["questions"] },
  seed: number,
): readonly TargetDraws[] {
  const { sources } = purposes[purpose];
  if (sources.length === 0) return targets;
  const noises = uses.map((use) => use && stageNoise(use, sources, resamples, seed));
  const stages = outcomes.map((outcome) => outcome?.replicates);
  const draws = chainReplicates(cell.plan, stages, resamples, (i) => noises.map((noise) => noise?.[i] ?? 0));
  const asked = questionsOf(questions, cell.task);
  if (asked === undefined || !sources.includes("evaluation")) return draws;
  const levels = { run: 0, checkpoint: 0, questions: asked };
  const noise = replicateNoise(resamples, `${seed}/${cell.task}`);
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

/** Standard deviations of new runs, and of new checkpoints of a run, about what a stage predicts; in the unit of its residuals. */
export function noiseLevels({ problem, solution, runs }: StageUse): { run: number; checkpoint: number } {
  const points = { ...runs, strata: [runs.runs.length], points: problem.response.length };
  const { betweenRuns, withinRuns } = residualsOf(problem, solution.parameters, points);
  // With one point a run, what a run and what its checkpoints add cannot be told apart.
  const isSingle = runs.runLengths.every((length) => length <= 1);
  return isSingle ? { run: withinRuns, checkpoint: 0 } : { run: betweenRuns, checkpoint: withinRuns };
}

/** Noise of one stage on each replicate; the same for all cells and targets, as the draws of runs are. */
function stageNoise(
  use: StageUse,
  sources: readonly string[],
  resamples: number,
  seed: number,
): Float64Array {
  const levels = noiseLevels(use);
  const unit = replicateNoise(resamples, `${seed}/${use.stage}`);
  const checkpoint = sources.includes("checkpoint") ? levels.checkpoint : 0;
  return unit.run.map((z, i) => levels.run * z + checkpoint * unit.checkpoint[i]!);
}
