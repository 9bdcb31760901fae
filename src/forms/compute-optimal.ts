import { ownValue } from "../collections.ts";
import { UserError } from "../errors.ts";
import type { Form } from "./form.ts";

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

/** Best model size of a budget and its exponent, by form. */
const SIZES: Readonly<Record<string, (parameter: (name: string) => number, c: number) => [number, number]>> =
  {
    // d/dN of A N^-alpha + B (6N/C)^beta is 0.
    chinchilla(of, c) {
      const [alpha, beta] = [of("alpha"), of("beta")];
      const exponent = beta / (alpha + beta);
      const logarithm = (Math.log(alpha / beta) + of("a") - of("b")) / (alpha + beta);
      return [exponent, Math.exp(logarithm + exponent * Math.log(c / 6))];
    },
    kaplan: oneTermInside,
    "kaplan-offset": oneTermInside,
  };

/** What stands under the power is least where the derivative of e^a N^-r + e^b 6N/C is 0. */
function oneTermInside(of: (name: string) => number, c: number): [number, number] {
  const exponent = 1 / (1 + of("r"));
  return [exponent, Math.exp(exponent * (Math.log(of("r")) + of("a") - of("b") + Math.log(c / 6)))];
}

/** Whether the best model size of a form is known. */
export function hasComputeOptimal({ name }: Form): boolean {
  return Object.hasOwn(SIZES, name);
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
  const size = ownValue(SIZES, form.name);
  if (size === undefined) {
    throw new UserError(
      `form ${form.name} has no best model size that is known; allowed: ${Object.keys(SIZES).join(", ")}`,
    );
  }
  if (!(c > 0 && Number.isFinite(c))) throw new UserError(`a budget of ${c} FLOPs; allowed: a number > 0`);
  const [exponent, n] = size((name) => parameters[form.parameterNames.indexOf(name)]!, c);
  const d = c / (6 * n);
  if (!(n > 0 && Number.isFinite(n) && Number.isFinite(d))) {
    throw new UserError(
      `no model size is the best by ${form.name} with ${[...parameters].join(", ")}: an exponent is 0`,
    );
  }
  return { exponent, n, d, loss: form.value(parameters, [n, d]) };
}
