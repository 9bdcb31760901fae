import { type AxisContext, type Chosen, choice } from "../methods/axis.ts";
import { oneOf } from "../methods/axis-values.ts";
import { lawText, readLaw } from "../methods/law.ts";
import { lossOf, shared } from "../methods/shared-choices.ts";

/** The only stage of method `fit`. */
export const STAGE = "law";
/** The design choices of a fit. */
export const fitChoices = {
  law: choice(
    lawText('"loss = E + A/params^alpha"'),
    "chinchilla",
    "law that is fitted: a form, or an expression, whose names are those of columns or of inputs, and else parameters",
  ),
  loss: { ...shared.loss1, default: "squared", description: "loss of a residual ([solver.md](solver.md))" },
  delta: {
    ...shared.delta1,
    description: "residual at which Huber's loss turns from square to linear; idle for other losses",
  },
  residual: choice(
    oneOf("plain", "log", "relative"),
    "plain",
    "residuals: of the response (plain), of its logarithm (log), or over the response (relative)",
  ),
  bounds: { ...shared.bounds1, description: "bounds of the parameters" },
  priors: {
    ...shared.priors1,
    description:
      "Gaussian priors of the parameters, weighed by the noise of the residuals ([fit.md](fit.md))",
  },
} as const;

export type FitRecipe = ReturnType<typeof fitRecipe>;

/** How a cell of the method is made. */
export function fitRecipe(chosen: Chosen<typeof fitChoices>, context: AxisContext) {
  const { law, loss, delta, residual, bounds, priors } = chosen;
  return {
    law: readLaw(law, context),
    loss: lossOf(loss, delta),
    residual,
    bounds,
    priors,
  };
}
