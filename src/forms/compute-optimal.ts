import { getOrInsert } from "../collections.ts";
import { UserError } from "../errors.ts";
import { readMetricName } from "../tables/guess/metric-names.ts";
import { type ParameterValues, parametersInOrder } from "./by-name.ts";
import type { Form } from "./form.ts";
import { numericalBestSize } from "./optimum.ts";
import { forms } from "./registry.ts";
import { furtherInputs, type HeldInputs, inputsOf, type SizeInputs } from "./size-inputs.ts";

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

/** A loss by model size and tokens. */
export interface SizeLaw extends SizeInputs {
  /** @param parameters in the form's order */
  lossAt(parameters: ArrayLike<number>, n: number, d: number): number;
}

/** By form, then by what is held. */
const sizeLaws = new WeakMap<Form, Map<string, SizeLaw | undefined>>();

/**
 * A form as a loss by model size and tokens; undefined where it is none or takes a further input that is not held. Inputs and loss are known
 * by their names: `N` and `D`, or a user's `params` and `tokens_b`, the latter in units of 1e9.
 *
 * @param held values of its further inputs
 */
export function sizeLawOf(form: Form, held: HeldInputs["at"] = {}): SizeLaw | undefined {
  const known = getOrInsert(sizeLaws, form, () => new Map<string, SizeLaw | undefined>());
  const key = Object.entries(held).join(" ");
  return getOrInsert(known, key, () => readSizeLaw(form, held));
}

function readSizeLaw(form: Form, held: HeldInputs["at"]): SizeLaw | undefined {
  const inputs = inputsOf(form, { at: held, uniqueTokens: undefined });
  if (!hasComputeOptimal(form) || "reason" in inputs) return undefined;
  // A search for the best size looks at hundreds of sizes.
  const room: number[] = [];
  return {
    ...inputs,
    lossAt: (parameters, n, d) => form.value(parameters, inputs.writeAt(room, parameters, n, d)),
  };
}

/** Whether the best model size of a form, its further inputs held, is known or can be searched for. */
export const hasComputeOptimal = (form: Form): boolean =>
  furtherInputs(form) !== undefined &&
  getOrInsert(
    losses,
    form.output,
    () => /^l$|loss/i.test(form.output) || readMetricName(form.output)?.kind === "loss",
  );

/** Whether an output is a loss, by its name. */
const losses = new Map<string, boolean>();

/** What a best size is asked with. */
export interface BestSizeOptions {
  /** A size that may be near the best, from which a search starts. @default all sizes are looked at */
  near?: number | undefined;
  /** Values of the further inputs of the form. @default none */
  held?: HeldInputs["at"];
}

/**
 * The best model size, tokens and loss of a budget by a fitted law: by its closed form (Hoffmann et al., 2022, equation 4;
 * Brandfonbrener et al., 2024, equations 1 to 3), else by a search over sizes, which a user's loss by model size and tokens has too.
 *
 * @param form a loss by model size and tokens, known by the names of its variables
 * @param parameters by name or in the form's order
 * @param c FLOPs, > 0; a model of N parameters costs 6 N D on D tokens
 * @param options near which size a search starts, and values of further inputs
 * @throws UserError for parameters that are not the form's, another form, a further input that is not held, a budget that is not above 0, and exponents of 0, by which no size is
 *   the best
 */
export function computeOptimal(
  form: Form,
  parameters: ParameterValues,
  c: number,
  { near, held = {} }: BestSizeOptions = {},
): ComputeOptimal {
  const values = parametersInOrder(form, parameters);
  const law = sizeLawOf(form, held);
  if (law === undefined) {
    const missing = furtherInputs(form)?.filter((name) => !Object.hasOwn(held, name)) ?? [];
    if (hasComputeOptimal(form) && missing.length > 0)
      throw new UserError(
        `the best model size by ${form.name} depends on ${missing.join(", ")}, which is not given`,
      );
    const allowed = [...forms.values()].filter((record) => record.bestSize !== undefined);
    throw new UserError(
      `form ${form.name} has no known best model size; allowed: ${allowed.map(({ name }) => name).join(", ")}, ` +
        "and other losses by model size and tokens, such as loss of N and D",
    );
  }
  if (!(c > 0 && Number.isFinite(c))) throw new UserError(`a budget of ${c} FLOPs; allowed: a number > 0`);
  const use = userOf(form, law, c, near)(values);
  if (typeof use === "object") return use;
  throw new UserError(
    `no model size is the best by ${form.name} with ${[...values].join(", ")}: ${noBest[use]}`,
  );
}

const noBest = { minimum: "its loss has no minimum", exponent: "an exponent is 0" } as const;

/** Finds the best use of a budget by a law, or what it lacks, from the parameters of one fit after the other. */
function userOf(
  form: Form,
  law: SizeLaw,
  c: number,
  near: number | undefined,
): (parameters: Float64Array) => ComputeOptimal | keyof typeof noBest {
  const { bestSize } = form.record;
  const names = form.parameterNames;
  const named = Object.fromEntries(names.map((name) => [name, 0]));
  return (parameters) => {
    for (let i = 0; i < names.length; i++) named[names[i]!] = parameters[i]!;
    const lossAt = (n: number, d: number): number => law.lossAt(parameters, n, d);
    const best = bestSize ? bestSize(named, c) : numericalBestSize(lossAt, c, near);
    if (best === undefined) return "minimum";
    const { exponent, n } = best;
    const d = c / (6 * n);
    if (!(n > 0 && Number.isFinite(n) && Number.isFinite(d))) return "exponent";
    return { exponent, n, d, loss: lossAt(n, d) };
  };
}

/**
 * The best uses of a budget by many fits, one value each; NaN where a fit is left out or no size is the best.
 *
 * @param parameters fits x parameters, row-major
 * @param isLeftOut one number a fit, 0 where it counts
 * @param options as those of `computeOptimal`
 */
export function bestUses(
  form: Form,
  parameters: Float64Array,
  isLeftOut: ArrayLike<number>,
  c: number,
  { near, held = {} }: BestSizeOptions = {},
): Record<keyof ComputeOptimal, Float64Array> {
  const empty = () => new Float64Array(isLeftOut.length).fill(Number.NaN);
  const uses = { exponent: empty(), n: empty(), d: empty(), loss: empty() };
  const law = sizeLawOf(form, held);
  if (law === undefined) return uses;
  const find = userOf(form, law, c, near);
  const width = form.parameterNames.length;
  const fit = new Float64Array(width);
  for (let i = 0; i < isLeftOut.length; i++) {
    if (isLeftOut[i] !== 0) continue;
    for (let p = 0; p < width; p++) fit[p] = parameters[i * width + p]!;
    const use = find(fit);
    if (typeof use !== "object") continue;
    uses.exponent[i] = use.exponent;
    uses.n[i] = use.n;
    uses.d[i] = use.d;
    uses.loss[i] = use.loss;
  }
  return uses;
}

/** The same, or the reason why no size is the best; `computeOptimal` has the parameters. */
export function bestUse(...given: Parameters<typeof computeOptimal>): ComputeOptimal | { reason: string } {
  try {
    return computeOptimal(...given);
  } catch (error) {
    if (error instanceof UserError) return { reason: error.message };
    throw error;
  }
}
