import { groupBy } from "../collections.ts";
import type { SolvedSweep } from "../extension.ts";
import { isDetermined } from "../plan/score.ts";
import { type ChoiceEffect, choiceEffects, heldOut } from "../ranking/choice-effects.ts";
import { judgeTask, type Predictability } from "../ranking/predictability.ts";
import { referenceConfiguration } from "../ranking/reference.ts";
import { isAccuracy } from "../tables/checkpoint-table.ts";
import type { Cut } from "./cuts.ts";
import type { BackPrediction } from "./hit-rates.ts";

/** What the design choices do to the errors of held-out runs: those of the back-tests, and the targets that are measured. */
export function effectsOf(
  { method, plan, predictions }: Pick<SolvedSweep, "method" | "plan" | "predictions">,
  past: readonly BackPrediction[],
  level: number,
): ChoiceEffect[] {
  const outcomes = [
    ...past.flatMap((prediction) => heldOut(prediction, prediction.cut)),
    ...predictions.flatMap((prediction) => heldOut(prediction, Number.POSITIVE_INFINITY)),
  ];
  return choiceEffects(method.axes, plan.cells, outcomes, level);
}

/** How well each task can be predicted, by the back-tests of the reference configuration; none where it predicts no score. */
export function tasksOf(
  { method, plan }: Pick<SolvedSweep, "method" | "plan">,
  past: readonly BackPrediction[],
  cuts: readonly Cut[],
): Predictability[] {
  const reference = referenceConfiguration(method.axes, plan.cells);
  const metric = reference?.needs.find((need) => isAccuracy(need.metric))?.metric;
  if (reference?.predicts !== "score" || metric === undefined) return [];
  const fitted = new Map(cuts.map((cut) => [cut.size, cut.fitted]));
  const ofReference = past.filter(
    ({ cell, actual }) => cell.configuration === reference && !Number.isNaN(actual),
  );
  const byTask = groupBy(ofReference, ({ cell }) => cell.task);
  return plan.tasks.map((task) => {
    const rollOuts = (byTask.get(task) ?? []).map((prediction) => {
      const { cut, predicted, actual } = prediction;
      return { fitted: fitted.get(cut)!, predicted, actual, determined: isDetermined(prediction) };
    });
    return judgeTask(plan.index, { task, metric }, rollOuts);
  });
}
