import type { Form } from "../../src/forms/form.ts";
import type { Loss, Problem, Residual } from "../../src/solve/problem.ts";
import { conformanceForms } from "../../src/throughput/conformance-problems.ts";
import { seededRandom } from "../forms/helpers.ts";

type Vector = Iterable<number>;

/** A form with inputs and known parameters: what a user would fit, and the truth behind it. */
export interface Case {
  form: Form;
  /** The form's equation written out once more, by hand. */
  model: (p: Vector, v: readonly number[]) => number;
  truth: readonly number[];
  /** Points, each a value of every variable. */
  points: number[][];
  builtIn: boolean;
}

const sizes = [190e6, 370e6, 760e6, 1.3e9];
const grid = sizes.flatMap((n) => [1, 2, 5, 10].map((multiple) => [n, 20 * n * multiple]));
const compute = Array.from({ length: 14 }, (_, i) => [10 ** (18 + 0.4 * i)]);
const losses = Array.from({ length: 25 }, (_, i) => [0.4 + 0.05 * i]);
const wide = Array.from({ length: 24 }, (_, i) => [0.2 + 0.25 * i]);
const ladder = [60e6, 190e6, 370e6, 760e6, 1.3e9, 3.2e9].flatMap((n) =>
  [0.3, 1, 3, 10].map((m) => [n, 20 * n * m]),
);

/** Six budgets on each of five mixtures of two sources. */
const mixed = [0.1, 0.2, 0.3, 0.4, 0.5].flatMap((share) =>
  Array.from({ length: 6 }, (_, i) => 10 ** (19 + 0.5 * i)).map((c) => [c * (1 - share), c * share]),
);
const five = Array.from({ length: 24 }, (_, i) =>
  [0.618, 0.414, 0.732, 0.236, 0.646].map((step) => 1 + ((step * (i + 1)) % 1)),
);

/** Of each form its equation, written out once more by hand, and the points of a small problem. */
const known: Readonly<Record<string, Pick<Case, "model" | "points">>> = {
  chinchilla: {
    model: ([a, b, alpha, beta, E], [N, D]) => Math.exp(a!) / N! ** alpha! + Math.exp(b!) / D! ** beta! + E!,
    points: grid,
  },
  kaplan: {
    model: ([a, r, b, beta], [N, D]) => (Math.exp(a!) / N! ** r! + Math.exp(b!) / D!) ** beta!,
    points: ladder,
  },
  "kaplan-offset": {
    model: ([a, r, b, beta, E], [N, D]) => (Math.exp(a!) / N! ** r! + Math.exp(b!) / D!) ** beta! + E!,
    points: ladder,
  },
  "shifted-power-law": {
    model: ([k, kappa, g, E], [z]) => Math.exp(k!) * (z! + Math.exp(g!)) ** kappa! + E!,
    points: Array.from({ length: 20 }, (_, i) => [0.12 * i]),
  },
  "power-law": { model: ([a, alpha], [C]) => Math.exp(a!) / C! ** alpha!, points: compute },
  "power-law-offset": {
    model: ([a, alpha, E], [C]) => Math.exp(a!) / C! ** alpha! + E!,
    points: compute,
  },
  sigmoid: {
    model: ([a, L0, k, b], [L]) => a! / (1 + Math.exp(-k! * (L! - L0!))) + b!,
    points: losses,
  },
  "log-sigmoid": {
    model: ([s, x0, k], [x]) => 1 + (s! / k!) * Math.log1p(Math.exp(k! * (x! - x0!))),
    points: losses,
  },
  linear: { model: ([w0, w1], [x]) => w0! + w1! * x!, points: wide },
  "single-step": {
    model: ([a, b, alpha, beta, E, p, q], [N, D]) =>
      p! / (1 + Math.exp(-(Math.exp(a!) / N! ** alpha! + Math.exp(b!) / D! ** beta! + E!))) + q!,
    points: ladder,
  },
  "single-step-compute": {
    model: ([a, alpha, E, p, q], [C]) => p! / (1 + Math.exp(-(Math.exp(a!) / C! ** alpha! + E!))) + q!,
    points: compute,
  },
  "compute-power-law": { model: ([a, alpha], [C]) => Math.exp(a!) * C! ** -alpha!, points: compute },
  "compute-composed": {
    model: ([w0, a, alpha], [C]) => w0! - Math.exp(a!) / C! ** alpha!,
    points: compute,
  },
  "compute-log-score": {
    model: ([alpha, m], [C]) => Math.exp((C! / Math.exp(m!)) ** alpha!) / 100,
    points: compute,
  },
  "compute-negative-log-score": {
    model: ([alpha, m], [C]) => Math.exp(-((C! / Math.exp(m!)) ** -alpha!)),
    points: compute,
  },
  "mix-m2-2": {
    model: ([a, alpha1, alpha2], [C1, C2]) => Math.exp(a!) * C1! ** -alpha1! * C2! ** -alpha2!,
    points: mixed,
  },
  "mix-m3-2": {
    model: ([a, alpha, u2], [C1, C2]) => Math.exp(a!) * (C1! + Math.exp(u2!) * C2!) ** -alpha!,
    points: mixed,
  },
  "mix-m4-2": {
    model: ([a, alpha, alpha1, alpha2], [C1, C2]) =>
      Math.exp(a!) * (C1! + C2!) ** -alpha! * C1! ** -alpha1! * C2! ** -alpha2!,
    points: mixed,
  },
  "linear-5": {
    model: ([w0, ...w], x) => w.reduce((sum, slope, i) => sum + slope * x[i]!, w0!),
    points: five,
  },
  "network-5-3": {
    model: (p, x) => {
      const [...w] = p;
      return [0, 1, 2].reduce((sum, h) => {
        const input = x.reduce((inner, value, k) => inner + w[6 * h + 1 + k]! * value, w[6 * h]!);
        return sum + w[19 + h]! * Math.max(input, 0);
      }, w[18]!);
    },
    points: Array.from({ length: 60 }, (_, i) =>
      [0.618, 0.414, 0.732, 0.236, 0.646].map((step) => 2 * ((step * (i + 1)) % 1) - 1),
    ),
  },
  saturation: { model: ([a, b, c], [x]) => a! * Math.tanh(b! * x!) + c!, points: wide },
  hill: { model: ([a, b, c], [x]) => (a! * x! ** b!) / (c! + x!), points: wide },
};

/** Every form of the conformance list: all built-in ones and two of a user's own. */
export const cases: readonly Case[] = conformanceForms.map(({ form, truth, builtIn }) => {
  return { form, truth, builtIn, ...known[form.name]! };
});

/** Normal deviates, the same in every run. */
export function gaussian(seed: number): () => number {
  const random = seededRandom(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** The problem of a case: its points with relative noise of a standard deviation. */
export function problemOf(
  { form, model, truth, points }: Case,
  {
    noise = 0,
    loss = { kind: "squared" },
    residual = "plain",
  }: { noise?: number; loss?: Loss; residual?: Residual } = {},
): Problem {
  const deviate = gaussian(5);
  return {
    form,
    variables: form.variableNames.map((_, v) => Float64Array.from(points, (point) => point[v]!)),
    response: Float64Array.from(points, (point) => model(truth, point) * Math.exp(noise * deviate())),
    loss,
    residual,
    key: `${form.name} ${noise} ${residual}`,
  };
}

/** The objective, computed once more in plain JavaScript from its definition. */
export function objectiveOf({ model }: Pick<Case, "model">, problem: Problem, parameters: Vector): number {
  const { loss, residual, response, variables, weights } = problem;
  return response.reduce((sum, y, i) => {
    const f = model(
      parameters,
      variables.map((variable) => variable[i]!),
    );
    const size = Math.abs(residual === "log" ? Math.log(f) - Math.log(y) : f - y);
    const rho =
      loss.kind === "huber" && size > loss.delta ? loss.delta * (size - loss.delta / 2) : size ** 2 / 2;
    return sum + (weights?.[i] ?? 1) * rho;
  }, 0);
}

/** The case of a built-in form. */
export function caseOf(name: string): Case {
  return cases.find(({ form }) => form.name === name)!;
}
