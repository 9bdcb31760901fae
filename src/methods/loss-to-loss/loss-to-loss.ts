import { defineMethod } from "../method.ts";
import { perIndex } from "../per-index.ts";
import { lossToLossAxes } from "./axes.ts";
import { corpusPairs } from "./corpora.ts";
import { planLossToLoss } from "./plan.ts";
import { emptyRecipe, type LossToLossRecipe } from "./recipe.ts";
import { planScalingLaw } from "./scaling-law.ts";

/**
 * One loss from another by shifted power laws, across the corpora that runs were trained on (Brandfonbrener et al., 2024,
 * arXiv 2411.12925). The defaults of the axes are the recipe of the paper's tables.
 */
export const lossToLoss = defineMethod<LossToLossRecipe>({
  name: "loss-to-loss",
  description:
    "from a loss of runs on one corpus to a loss or error of theirs, or of runs on another (Brandfonbrener et al., 2024)",
  stages: ["law_source", "law_between", "law_destination", "bridge", "translation"],
  axes: lossToLossAxes,
  fitsAlone: true,
  emptyRecipe,
  metric: metricOf,
  predicts: ({ relation }) => (relation === "loss-to-error" ? "error" : "loss"),
  needs: (recipe) => [{ metric: metricOf(recipe), on: "fit" }],
  predicates: ({ runs }) => [runs],
  isFor(recipe, task, index) {
    const { relation, trainSubject } = recipe;
    if (relation === "scaling-law") return true;
    const isTrain = task === trainSubject;
    return isTrain === (relation === "train-to-train") && measured(index, metricOf(recipe)).has(task);
  },
  onTable: corpusPairs,
  plan: (recipe, data) =>
    recipe.relation === "scaling-law" ? planScalingLaw(recipe, data) : planLossToLoss(recipe, data),
});

function metricOf({ relation, metric, score }: LossToLossRecipe): string {
  return relation === "loss-to-error" ? score : metric;
}

/** Subjects that have a metric on a fit run. */
const measured = perIndex(
  (metric: string) => metric,
  ({ table: { metrics, role, subject } }, metric) => {
    const values = metrics.get(metric) ?? new Float64Array(0);
    return new Set(
      subject.filter((_, row) => role[row] === "fit" && !Number.isNaN(values[row] ?? Number.NaN)),
    );
  },
);
