import { UserError } from "../errors.ts";
import type { Form } from "./form.ts";
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

/** Whether the best model size of a form is known. */
export function hasComputeOptimal({ record }: Form): boolean {
  return record.bestSize !== undefined;
}

/**
 * The best model size, tokens and loss of a budget by a fitted law (Hoffmann et al., 2022, equation 4; Brandfonbrener et al.,
 * 2024, equations 1 to 3).
 *
 * @param parameters in the form's order
 * @param c FLOPs, > 0
 * @throws UserError for another form, a budget that is not above 0, and exponents of 0, by which no size is the best
 */
export function computeOptimal(form: Form, parameters: Float64Array, c: number): ComputeOptimal {
  const { bestSize } = form.record;
  if (bestSize === undefined) {
    const allowed = [...forms.values()].filter((record) => record.bestSize !== undefined);
    throw new UserError(
      `form ${form.name} has no known best model size; allowed: ${allowed.map(({ name }) => name).join(", ")}`,
    );
  }
  if (!(c > 0 && Number.isFinite(c))) throw new UserError(`a budget of ${c} FLOPs; allowed: a number > 0`);
  const { exponent, n } = bestSize(
    Object.fromEntries(form.parameterNames.map((name, i) => [name, parameters[i]!])),
    c,
  );
  const d = c / (6 * n);
  if (!(n > 0 && Number.isFinite(n) && Number.isFinite(d))) {
    throw new UserError(
      `no model size is the best by ${form.name} with ${[...parameters].join(", ")}: an exponent is 0`,
    );
  }
  return { exponent, n, d, loss: form.value(parameters, [n, d]) };
}
