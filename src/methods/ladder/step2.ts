import { type Feature, featureOf } from "../feature.ts";
import { type LinkPoints, planLinkStage } from "../link-stage.ts";
import { pairEarly, pairFitRuns, type Quantity } from "../measured.ts";
import type { Stage, TaskData } from "../method.ts";
import { ALL_RUNS } from "../runs.ts";
import type { Series } from "../series.ts";
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
  const treated = Array.from(runs, ([run, raw]): [string, LinkPoints] => {
    const { x, y } = recipe.filters.reduce((series, filter) => filter(series), raw);
    return [run, { x: [x], y }];
  });
  const { link: form, bounds2: bounds, loss2: loss, extraPoints } = recipe;
  const extra = {
    x: [Float64Array.from(extraPoints, ({ x }) => x)],
    y: Float64Array.from(extraPoints, ({ y }) => y),
  };
  return planLinkStage({ name: "step2", form, bounds, loss, extra }, new Map(treated), reason);
}
