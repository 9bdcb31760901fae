import type { Form } from "../../forms/form.ts";
import type { Quantity } from "../measured.ts";
import type { Stage } from "../method.ts";
import { demandPositive } from "../positive-loss.ts";
import type { RunIndex } from "../runs.ts";
import { planSizeStage } from "../size-stage.ts";
import { drawnAs } from "./drawn-sizes.ts";
import type { LossToLossRecipe } from "./recipe.ts";

/** Runs below which a corpus has no law: five parameters are not determined by five runs. */
const FEWEST_RUNS = 6;

/**
 * The law of a loss on the runs of a corpus, whose E is the irreducible loss (Brandfonbrener et al., 2024, equations 1 to
 * 3; of a test loss E_{1|0}, equation 6).
 *
 * @throws UserError for a loss <= 0
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
      check: (final) => demandPositive(index.table, quantity.metric, final),
    },
    index,
  );
  if (!("problem" in stage)) return stage;
  const points = stage.problem.response.length;
  if (points >= FEWEST_RUNS) return stage;
  const reason = `${points} fit runs on ${family} have ${quantity.metric} of ${quantity.subjects[0]}; a law needs at least ${FEWEST_RUNS}`;
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
