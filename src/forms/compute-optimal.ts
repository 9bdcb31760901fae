import { UserError } from "../errors.ts";
import type { Form } from "./form.ts";
import { numericalBestSize } from "./optimum.ts";
import { forms } from "./registry.ts";

/** How to spend a budget of FLOPs, C = 6 N D, for the least loss by a law of model size and tokens. */
export interface ComputeOptimal {
  /** Exponent of the budget in the best model size, beta/(alpha + beta). */
  exponent: number;
  /** Parameters of the best model. */
  n: number;
  /** Its training tokens. */
  d: number;
  /** Its loss. */
  loss: number;
}

/** Outputs that are losses: of these the least is the best. */
const lossNames = /^(l|loss)$/i;

/** Whether a form is a loss by model size N and tokens D. */
export function isLossLaw({ variableNames, output }: Form): boolean {
  return variableNames.join() === "N,D" && lossNames.test(output);
}

/** Whether the best model size of a form is known, or can be searched for. */
export function hasComputeOptimal(form: Form): boolean {
  return form.record.bestSize !== undefined || isLossLaw(form);
}

/**
 * The best model size, tokens and loss of a budget by a fitted law: by its closed form (Hoffmann et al., 2022, equation 4;
 * Brandfonbrener et al., 2024, equations 1 to 3), else by a search over sizes, which a user's `L = ...` or `loss = ...` of N and D has too.
 *
 * @param parameters in the form's order
 * @param c FLOPs, > 0
 * @throws UserError for another form, a budget that is not above 0, and exponents of 0, by which no size is the best
 */
export function computeOptimal(form: Form, parameters: Float64Array, c: number): ComputeOptimal {
  const { bestSize } = form.record;
  if (!hasComputeOptimal(form)) {
    const allowed = [...forms.values()].filter((record) => record.bestSize !== undefined);
    throw new UserError(
      `form ${form.name} has no known best model size; allowed: ${allowed.map(({ name }) => name).join(", ")}, ` +
        "and other losses L or loss of N and D",
    );
  }
  if (!(c > 0 && Number.isFinite(c))) throw new UserError(`a budget of ${c} FLOPs; allowed: a number > 0`);
  const lossAt = (n: number, d: number): number => form.value(parameters, [n, d]);
  const best = bestSize
    ? bestSize(Object.fromEntries(form.parameterNames.map((name, i) => [name, parameters[i]!])), c)
    : numericalBestSize(lossAt, c);
  if (best === undefined) {
    throw new UserError(
      `no model size is the best by ${form.name} with ${[...parameters].join(", ")}: its loss has no minimum`,
    );
  }
  const { exponent, n } = best;
  const d = c / (6 * n);
  if (!(n > 0 && Number.isFinite(n) && Number.isFinite(d))) {
    throw new UserError(
      `no model size is the best by ${form.name} with ${[...parameters].join(", ")}: an exponent is 0`,
    );
  }
  return { exponent, n, d, loss: form.value(parameters, [n, d]) };
}
