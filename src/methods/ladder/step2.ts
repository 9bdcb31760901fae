import type { Stage, TaskData } from "../method.ts";
import type { Series } from "../series.ts";
import { measuredRows } from "./final-mean.ts";
import { type LadderRecipe, SCORE } from "./recipe.ts";

/**
 * Step 2: accuracy against the feature at the checkpoints of all fit runs, smoothed run by run, and the extra
 * points (Bhagia et al., 2024, equation 2 and section 3.2).
 */
export function planStep2(recipe: LadderRecipe, { index, task }: TaskData): Stage {
  const features = index.table.metrics.get(recipe.feature);
  const scores = index.table.metrics.get(SCORE);
  const runs: Series[] = [];
  for (const { rows } of features && scores ? index.fitRuns(task) : []) {
    const measured = measuredRows(rows, features!, scores!);
    const raw: Series = {
      x: Float64Array.from(measured, (row) => features![row]!),
      y: Float64Array.from(measured, (row) => scores![row]!),
    };
    runs.push(recipe.filters.reduce((series, filter) => filter(series), raw));
  }
  const points = runs.reduce((sum, { x }) => sum + x.length, 0);
  if (points === 0) {
    const reason = `no checkpoint of a fit run has both ${recipe.feature} and ${SCORE} of ${task}`;
    return { name: "step2", skipped: { reason } };
  }
  const extra: Series = {
    x: Float64Array.from(recipe.extraPoints, ({ x }) => x),
    y: Float64Array.from(recipe.extraPoints, ({ y }) => y),
  };
  return {
    name: "step2",
    problem: {
      form: recipe.link,
      variables: [joinArrays([...runs, extra].map(({ x }) => x))],
      response: joinArrays([...runs, extra].map(({ y }) => y)),
      loss: recipe.loss2,
      residual: "plain",
    },
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
