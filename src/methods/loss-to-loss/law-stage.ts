import type { Form } from "../../forms/form.ts";
import { freeParameters } from "../../solve/problem.ts";
import type { Quantity } from "../measured.ts";
import type { Stage } from "../method.ts";
import { whyNoLogarithm } from "../positive-loss.ts";
import type { RunIndex } from "../runs.ts";
import { planSizeStage } from "../size-stage.ts";
import { drawnAs } from "./drawn-sizes.ts";
import type { LossToLossRecipe } from "./recipe.ts";

/**
 * The law of a loss on the runs of a corpus, whose E is the irreducible loss (Brandfonbrener et al., 2024, equations 1 to
 * 3; of a test loss E_{1|0}, equation 6). As many runs as it has free parameters go through every run: one more is needed.
 */
export function planLaw(
  name: string,
  recipe: LossToLossRecipe,
  { quantity, family }: { quantity: Quantity; family: string },
  index: RunIndex,
): Stage {
  const names = drawnAs(index, undefined);
  const subject = describeLoss(quantity, family);
  const stage = planSizeStage(
    {
      name,
      subject,
      form: recipe.law,
      quantity,
      family,
      runs: recipe.runs,
      drawnAs: (run) => names.get(run)!,
      finalWindow: recipe.finalWindow,
      bounds: recipe.bounds1,
      loss: recipe.loss1,
      residual: "log",
      variables: ({ n, d }) => [n, d],
      check: (final) => whyNoLogarithm(index.table, quantity.metric, final),
    },
    index,
  );
  if (!("problem" in stage)) return stage;
  const points = stage.problem.response.length;
  const free = freeParameters(stage.problem);
  if (points > free) return stage;
  const reason =
    `${points} fit runs on ${family} have ${quantity.metric} of ${quantity.subjects[0]}; ` +
    `${recipe.law.name} has ${free} free parameters and needs at least ${free + 1}`;
  return { name, subject, skipped: { reason } };
}

/** What a law or one side of a translation is of: `hellaswag on fineweb`. */
export function describeLoss({ subjects }: Quantity, family: string): string {
  return `${subjects.join(", ")} on ${family}`;
}

/** E of a fitted law; 0 of a form without one. */
export function irreducibleLoss(law: Form, parameters: Float64Array): number {
  const place = law.parameterNames.indexOf("E");
  return place < 0 ? 0 : parameters[place]!;
}
