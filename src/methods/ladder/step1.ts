import { UserError } from "../../errors.ts";
import { locate } from "../../tables/checkpoint-table.ts";
import type { Stage, TaskData } from "../method.ts";
import { mean } from "../series.ts";
import { finalRows } from "./final-mean.ts";
import type { LadderRecipe } from "./recipe.ts";

/**
 * Step 1: the final feature of each fit run against its size, residuals of logarithms (Bhagia et al., 2024,
 * equation 1 and section 3.1). One point a run.
 *
 * @throws UserError for a feature <= 0
 */
export function planStep1(recipe: LadderRecipe, { index, task }: TaskData): Stage {
  const { table } = index;
  const values = table.metrics.get(recipe.feature);
  const points: { variables: number[]; response: number }[] = [];
  for (const { rows } of values ? index.fitRuns(task) : []) {
    const final = finalRows(rows, values!, recipe.finalWindow);
    const last = final.at(-1);
    if (last === undefined) continue;
    const bad = final.find((row) => values![row]! <= 0);
    if (bad !== undefined) {
      throw new UserError(
        `${locate(table, bad)}, column ${JSON.stringify(recipe.feature)}: ${values![bad]}; allowed: a number > 0 ` +
          "(step 1 takes its logarithm)",
      );
    }
    const size = { n: table.n[last]!, d: table.d[last]!, c: table.c[last]! };
    points.push({
      variables: recipe.law.variables(size),
      response: mean(Float64Array.from(final, (row) => values![row]!)),
    });
  }
  if (points.length === 0) {
    return { name: "step1", skipped: { reason: `no fit run has ${recipe.feature} of ${task}` } };
  }
  return {
    name: "step1",
    problem: {
      form: recipe.law.form,
      variables: recipe.law.form.variableNames.map((_, v) =>
        Float64Array.from(points, ({ variables }) => variables[v]!),
      ),
      response: Float64Array.from(points, ({ response }) => response),
      loss: recipe.loss1,
      residual: "log",
    },
  };
}
