import { didYouMean, UserError } from "../../errors.ts";
import type { ExtendedMethod } from "../../extension.ts";
import { moved } from "../../methods/chain.ts";
import {
  defineMethod,
  type Plan,
  type Prediction,
  type TaskData,
  WITHOUT_STEPS,
} from "../../methods/method.ts";
import { familyOfRuns, fitFamilies, perIndex } from "../../methods/runs.ts";
import type { CheckpointTable } from "../../tables/checkpoint-table.ts";
import { ALL_CORPORA, type LossToLossRecipe, lossToLossChoices, lossToLossRecipe } from "./choices.ts";
import { extension } from "./extension.ts";
import { drawnRuns, targetLosses } from "./losses.ts";
import { planLossToLoss } from "./plan.ts";
import { planLaw, sidesOf } from "./relation.ts";

const method = defineMethod({
  name: "loss-to-loss",
  description:
    "from a loss of runs on one corpus to a loss or error of theirs, or of runs on another (Brandfonbrener et al., 2024)",
  stages: ["law_source", "law_between", "law_destination", "bridge", "translation"],
  choices: lossToLossChoices,
  recipe: lossToLossRecipe,
  fitsAlone: true,
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
  onTable: (recipe, table, where) => corpusPairs(recipe, table, where),
  plan: (recipe, data) =>
    recipe.relation === "scaling-law" ? planScalingLaw(recipe, data) : planLossToLoss(recipe, data),
});

/**
 * One loss from another by shifted power laws, across the corpora that runs were trained on (Brandfonbrener et al., 2024,
 * arXiv 2411.12925). The defaults of the axes are the recipe of the paper's tables.
 */
export const lossToLoss: ExtendedMethod = { ...method, extension };

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

/** The corpus of the source and that of the destination. */
interface CorpusPair extends Readonly<Record<string, string>> {
  source: string;
  destination: string;
}

/** Relations between losses of the same runs, or without a source. */
const WITHIN: readonly LossToLossRecipe["relation"][] = ["train-to-test", "loss-to-error", "scaling-law"];

/** Whether a relation has that source and destination: only train-to-train, whose tables print it, relates a loss to itself. */
function isRelated(relation: LossToLossRecipe["relation"], source: string, destination: string): boolean {
  if (relation === "train-to-train") return true;
  return WITHIN.includes(relation) === (source === destination);
}

/**
 * The pairs of corpora that a recipe means on a table.
 *
 * @param where file and key, for messages
 * @throws UserError for a table without families, and a family that its fit runs do not have
 */
export function corpusPairs(
  { relation, source, destination }: Pick<LossToLossRecipe, "relation" | "source" | "destination">,
  table: CheckpointTable,
  where: string,
): CorpusPair[] {
  const families = fitFamilies(table);
  if (families.length === 0) {
    throw new UserError(
      `${where}: ${table.source} does not say what its fit runs were trained on; allowed: a table with the column family`,
    );
  }
  const those = (axis: string, value: string): readonly string[] => {
    if (value === ALL_CORPORA) return families;
    if (families.includes(value)) return [value];
    throw new UserError(
      `${where}.${axis}: no fit run of ${table.source} has family ${JSON.stringify(value)}; ` +
        `allowed: ${ALL_CORPORA}, ${families.join(", ")}${didYouMean(value, families)}`,
    );
  };
  const destinations = those("destination", destination);
  return those("source", source).flatMap((from) =>
    destinations
      .filter((to) => isRelated(relation, from, to))
      .map((to) => ({ source: from, destination: to })),
  );
}

/** A loss by a law of its own, the baseline of loss-to-loss prediction (Brandfonbrener et al., 2024, table 1). */
function planScalingLaw(recipe: LossToLossRecipe, { index, task, targets }: TaskData): Plan {
  const { destination } = sidesOf(recipe, task);
  const { law, finalWindow } = recipe;
  const families = familyOfRuns(index, undefined);
  const actuals = new Map(
    targetLosses(index, { ...destination, finalWindow }).map(({ run, value }) => [run, value]),
  );
  const predictable = targets
    .filter(({ name }) => !families.has(name) || families.get(name) === destination.family)
    .map((target) => ({ ...target, actual: actuals.get(target.name) ?? Number.NaN }));
  return {
    stages: [planLaw("law_destination", recipe, destination, index)],
    fitRuns: drawnRuns(index, recipe.runs),
    measured: predictable.map(({ name: target, actual }) => {
      return { target, actual, featureActual: Number.NaN };
    }),
    predict([parameters], [shift = 0] = []) {
      if (parameters === undefined) return [];
      return predictable.map(({ name, n, d, actual }): Prediction => {
        return {
          target: name,
          predicted: moved(law.value(parameters, [n, d]), recipe.step1.residual, shift),
          actual,
          ...WITHOUT_STEPS,
        };
      });
    },
    at([parameters], { n, d }) {
      return parameters === undefined ? Number.NaN : law.value(parameters, [n, d]);
    },
  };
}
