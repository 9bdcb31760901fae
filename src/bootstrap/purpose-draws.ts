import { drawsFor, type Purpose, purposes, replicateNoise } from "../intervals/purposes.ts";
import { ownValue } from "../own-value.ts";
import type { CellDraws } from "./bootstrap-cells.ts";
import { chainReplicates, type TargetDraws } from "./chain.ts";
import type { StageUse } from "./plan-bootstrap.ts";
import { residualsOf } from "./residuals.ts";
import type { Bootstrap } from "./spec.ts";

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
