import { boundsFor } from "../bounds.ts";
import type { Stage, TaskData } from "../method.ts";
import { ALL_RUNS } from "../runs.ts";
import type { Series } from "../series.ts";
import { type Feature, featureOf } from "./feature.ts";
import { pairEarly, pairFitRuns, type Quantity } from "./measured.ts";
import type { LadderRecipe } from "./recipe.ts";

/**
 * Step 2: the score against the feature at checkpoints, treated run by run, and the extra points (Bhagia et al.,
 * 2024, equations 2 and 8, section 3.2). One stage on the checkpoints of all fit runs; or one for each target on
 * its own early checkpoints, the rows with a phase (appendix B.2).
 */
export function planStep2(recipe: LadderRecipe, feature: Feature, data: TaskData): Stage[] {
  const { index, task, targets } = data;
  const x = featureOf(feature, task, index);
  const y: Quantity = { metric: recipe.score, subjects: [task] };
  const both = `both ${feature.name} and ${recipe.score} of ${task}`;
  if (recipe.linkRuns === "fit") {
    const { runs } = recipe;
    const those = runs === ALL_RUNS ? "" : ` with ${runs}`;
    const reason = `no checkpoint of a fit run${those} has ${both}`;
    return [linkStage(recipe, pairFitRuns(index, { x, y, runs }), reason)];
  }
  return targets.map(({ name }) => {
    const early = pairEarly(index, { x, y, target: name });
    const reason = `no early checkpoint (a row with a phase) of ${name} has ${both}`;
    return { ...linkStage(recipe, new Map([[name, early]]), reason), target: name };
  });
}

function linkStage(recipe: LadderRecipe, runs: ReadonlyMap<string, Series>, reason: string): Stage {
  const name = "step2";
  const treated = Array.from(runs.values(), (raw) =>
    recipe.filters.reduce((series, filter) => filter(series), raw),
  );
  if (treated.every(({ x }) => x.length === 0)) return { name, skipped: { reason } };
  const bounds = boundsFor(recipe.bounds2, recipe.link);
  if ("reason" in bounds) return { name, skipped: bounds };
  const extra: Series = {
    x: Float64Array.from(recipe.extraPoints, ({ x }) => x),
    y: Float64Array.from(recipe.extraPoints, ({ y }) => y),
  };
  return {
    name,
    problem: {
      form: recipe.link,
      variables: [joinArrays([...treated, extra].map(({ x }) => x))],
      response: joinArrays([...treated, extra].map(({ y }) => y)),
      loss: recipe.loss2,
      residual: "plain",
      ...bounds,
    },
    runs: [...runs.keys()],
    runLengths: treated.map(({ x }) => x.length),
  };
}

function joinArrays(parts: readonly Float64Array[]): Float64Array {
  const joined = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let start = 0;
  for (const part of parts) {
    joined.set(part, start);
    start += part.length;
  }
  return joined;
}
