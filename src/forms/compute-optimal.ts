import { UserError } from "../errors.ts";
import { readCountName } from "../tables/guess/input-names.ts";
import { readMetricName } from "../tables/guess/metric-names.ts";
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

/** A law of model size and tokens. */
export interface SizeLaw {
  /** @param parameters in the form's order */
  lossAt(parameters: ArrayLike<number>, n: number, d: number): number;
  /** Values of the form's variables from size and tokens. */
  variablesAt(n: number, d: number): [number, number];
  /** Size and tokens from values of the form's variables. */
  sizesOf(variables: readonly number[]): { n: number; d: number };
}

const sizeLaws = new WeakMap<Form, { law: SizeLaw | undefined }>();

/**
 * A form as a loss by model size and tokens, the only inputs that it may have; undefined where it is none. Inputs and loss are known by their
 * names: `N` and `D`, or a user's `params` and `tokens_b`, the latter in units of 1e9.
 */
export function sizeLawOf(form: Form): SizeLaw | undefined {
  const known = sizeLaws.get(form) ?? { law: readSizeLaw(form) };
  sizeLaws.set(form, known);
  return known.law;
}

function readSizeLaw(form: Form): SizeLaw | undefined {
  const counts = form.variableNames.map(readCountName);
  const [n, d] = (["n", "d"] as const).map((key) => counts.findIndex((count) => count?.key === key));
  const isLoss = /^l$|loss/i.test(form.output) || readMetricName(form.output)?.kind === "loss";
  if (counts.length !== 2 || n === undefined || d === undefined || n < 0 || d < 0 || !isLoss)
    return undefined;
  const [unitOfN, unitOfD] = [counts[n]!.factor, counts[d]!.factor];
  const variablesAt: SizeLaw["variablesAt"] = (size, tokens) =>
    n === 0 ? [size / unitOfN, tokens / unitOfD] : [tokens / unitOfD, size / unitOfN];
  return {
    variablesAt,
    lossAt: (parameters, size, tokens) => form.value(parameters, variablesAt(size, tokens)),
    sizesOf: (variables) => ({ n: variables[n]! * unitOfN, d: variables[d]! * unitOfD }),
  };
}

/** Whether the best model size of a form is known, or can be searched for. */
export const hasComputeOptimal = (form: Form): boolean => sizeLawOf(form) !== undefined;

/**
 * The best model size, tokens and loss of a budget by a fitted law: by its closed form (Hoffmann et al., 2022, equation 4;
 * Brandfonbrener et al., 2024, equations 1 to 3), else by a search over sizes, which a user's loss by model size and tokens has too.
 *
 * @param parameters in the form's order
 * @param c FLOPs, > 0
 * @param near a size that may be near the best, from which a search starts. @default all sizes are looked at
 * @throws UserError for another form, a budget that is not above 0, and exponents of 0, by which no size is the best
 */
export function computeOptimal(
  form: Form,
  parameters: Float64Array,
  c: number,
  near?: number,
): ComputeOptimal {
  const law = sizeLawOf(form);
  if (law === undefined) {
    const allowed = [...forms.values()].filter((record) => record.bestSize !== undefined);
    throw new UserError(
      `form ${form.name} has no known best model size; allowed: ${allowed.map(({ name }) => name).join(", ")}, ` +
        "and other losses by model size and tokens, such as loss of N and D",
    );
  }
  if (!(c > 0 && Number.isFinite(c))) throw new UserError(`a budget of ${c} FLOPs; allowed: a number > 0`);
  const use = userOf(form, law, c, near)(parameters);
  if (typeof use === "object") return use;
  throw new UserError(
    `no model size is the best by ${form.name} with ${[...parameters].join(", ")}: ${noBest[use]}`,
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
 * @param near as that of `computeOptimal`
 */
export function bestUses(
  form: Form,
  parameters: Float64Array,
  isLeftOut: ArrayLike<number>,
  c: number,
  near?: number,
): Record<keyof ComputeOptimal, Float64Array> {
  const empty = () => new Float64Array(isLeftOut.length).fill(Number.NaN);
  const uses = { exponent: empty(), n: empty(), d: empty(), loss: empty() };
  const find = userOf(form, sizeLawOf(form)!, c, near);
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
