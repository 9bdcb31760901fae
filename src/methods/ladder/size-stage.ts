import type { Form } from "../../forms/form.ts";
import { didYouMean } from "../../tables/nearest.ts";
import { boundsFor } from "../bounds.ts";
import type { Stage } from "../method.ts";
import { ALL_RUNS, type RunIndex } from "../runs.ts";
import { mean } from "../series.ts";
import { finalPart } from "./final-mean.ts";
import { describeQuantity, type Measured, measureFitRuns, type Quantity } from "./measured.ts";
import { type LadderRecipe, sizeVariables } from "./recipe.ts";

/** A regression of final values on size. */
interface SizeStage {
  name: string;
  form: Form;
  quantity: Quantity;
  /**
   * Looks at the checkpoints that a run's final value is the mean of.
   *
   * @returns why the stage cannot be posed
   */
  check(final: Measured, run: string): string | undefined;
}

/** The final value of each fit run against its size, residuals of logarithms. One point a run. */
export function planSizeStage(
  { name, form, quantity, check }: SizeStage,
  recipe: LadderRecipe,
  index: RunIndex,
): Stage {
  const skip = (reason: string): Stage => ({ name, skipped: { reason } });
  const points: { run: string; variables: number[]; response: number }[] = [];
  for (const [run, measured] of measureFitRuns(index, { quantity, runs: recipe.runs })) {
    const final = finalPart(measured, recipe.finalWindow);
    const reason = check(final, run);
    if (reason !== undefined) return skip(reason);
    const last = final.rows.at(-1)!;
    const { n, d, c } = index.table;
    points.push({
      run,
      variables: sizeVariables(recipe, { n: n[last]!, d: d[last]!, c: c[last]! }),
      response: mean(final.values),
    });
  }
  if (points.length === 0) return skip(whyNoPoint(index, quantity, recipe.runs));
  const bounds = boundsFor(recipe.bounds1, form);
  if ("reason" in bounds) return skip(bounds.reason);
  return {
    name,
    problem: {
      form,
      variables: form.variableNames.map((_, v) =>
        Float64Array.from(points, ({ variables }) => variables[v]!),
      ),
      response: Float64Array.from(points, ({ response }) => response),
      loss: recipe.loss1,
      residual: "log",
      ...bounds,
    },
    runs: points.map(({ run }) => run),
    runLengths: points.map(() => 1),
  };
}

function whyNoPoint({ subjects }: RunIndex, quantity: Quantity, runs: string): string {
  const those = runs === ALL_RUNS ? "" : ` of those with ${runs}`;
  const unknown = quantity.subjects.find((subject) => !subjects.includes(subject));
  const hint =
    unknown === undefined ? "" : `; no subject is named ${unknown}${didYouMean(unknown, subjects)}`;
  return `no fit run${those} has ${describeQuantity(quantity)}${hint}`;
}
