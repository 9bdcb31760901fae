import { type DefinedForm, defineForm } from "../../src/forms/define-form.ts";
import type { FormExample, FormRecord } from "../../src/forms/form.ts";

/** A record with all parameters free, started in [0.5, 2], and undescribed variables. */
export function quickRecord(expression: string, parameters: string[], variables: string[]): FormRecord {
  return {
    name: "quick",
    expression,
    parameters: Object.fromEntries(parameters.map((name) => [name, {}])),
    variables: Object.fromEntries(variables.map((name) => [name, "an input"])),
    startRanges: { default: Object.fromEntries(parameters.map((name) => [name, [0.5, 2] as const])) },
    description: "A form of the tests.",
    source: "test",
  };
}

export function quickForm(expression: string, parameters: string, variables = "x"): DefinedForm {
  return defineForm(quickRecord(expression, parameters.split(" "), variables.split(" ")));
}

/** Uniform numbers in [0, 1), the same in every run (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Plausible intervals of the inputs, on a logarithmic scale. */
const inputRanges: Record<string, readonly [number, number]> = {
  N: [1e8, 1e10],
  D: [1e9, 1e13],
  C: [1e18, 1e24],
};

/** Random variables and parameters within the default start range of a form. */
export function randomPoints(form: DefinedForm, count: number): { p: Float64Array; v: Float64Array }[] {
  const random = seededRandom(7);
  const ranges = form.parameterNames.map((name) => form.record.startRanges.default![name]!);
  return Array.from({ length: count }, () => ({
    p: Float64Array.from(ranges, ([low, high]) => low + (high - low) * random()),
    v: Float64Array.from(form.variableNames, (name) => {
      const [low, high] = inputRanges[name] ?? [0.3, 4];
      return low * (high / low) ** random();
    }),
  }));
}

/** Variables and parameters of a law's example, these within a tenth of it. */
export function pointsNear(
  form: DefinedForm,
  { parameters, inputs }: FormExample,
  count: number,
): { p: Float64Array; v: Float64Array }[] {
  const random = seededRandom(7);
  return Array.from({ length: count }, () => ({
    p: Float64Array.from(form.parameterNames, (name) => parameters[name]! * (0.9 + 0.2 * random())),
    v: Float64Array.from(form.variableNames, (name) => {
      const [low, high] = inputs[name]!;
      return low + (high - low) * random() ** (low > 1e6 ? 4 : 1);
    }),
  }));
}

/** A form that calls every function of the notation, some of them on parameters alone or variables alone. */
export const everyFunction = quickRecord(
  "y = min(a*x, 1) + max(b - x, 0.2*x)*sin(c*x) + cos(a*x)^2/(1 + x^c) + atan(b*x - c) + tanh(a - x)*ln(b + x)" +
    " + log10(a*x + 1) + log2(c + x^2) + sqrt(a + b*x) + abs(a - 3*x) + sigmoid(b*x - 1)*softplus(x*c)" +
    " + log_sigmoid(a*x) + relu(b*x - 1) + pow(x + a, 1.5) + pow(a*x, b) + (a*b + x)^-3 + exp(-c)*x + ln(a*c) + 2^b",
  ["a", "b", "c"],
  ["x"],
);
