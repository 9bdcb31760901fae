import { defineForm } from "../../src/forms/define-form.ts";
import type { Form } from "../../src/forms/form.ts";
import { getForm } from "../../src/forms/registry.ts";
import type { Loss, Problem, Residual } from "../../src/solve/problem.ts";
import { quickRecord, seededRandom } from "../forms/helpers.ts";

type Vector = Iterable<number>;

/** A form with inputs and known parameters: what a user would fit, and the truth behind it. */
export interface Case {
  form: Form;
  /** The form's equation written out once more, by hand. */
  model: (p: Vector, v: readonly number[]) => number;
  truth: number[];
  /** Points, each a value of every variable. */
  points: number[][];
  builtIn: boolean;
}

const sizes = [190e6, 370e6, 760e6, 1.3e9];
const grid = sizes.flatMap((n) => [1, 2, 5, 10].map((multiple) => [n, 20 * n * multiple]));
const compute = Array.from({ length: 14 }, (_, i) => [10 ** (18 + 0.4 * i)]);
const losses = Array.from({ length: 25 }, (_, i) => [0.4 + 0.05 * i]);
const wide = Array.from({ length: 24 }, (_, i) => [0.2 + 0.25 * i]);

/** A form of a user's own; random starts in the intervals given. */
function own(name: string, expression: string, starts: Record<string, readonly [number, number]>): Form {
  const record = quickRecord(expression, Object.keys(starts), ["x"]);
  return defineForm({ ...record, name, startRanges: { default: starts } });
}

const builtIn = true;

/** Every form that the conformance tests meet: all built-in ones and two of a user's own. */
export const cases: readonly Case[] = [
  {
    form: getForm("chinchilla"),
    model: ([a, b, alpha, beta, E], [N, D]) => Math.exp(a!) / N! ** alpha! + Math.exp(b!) / D! ** beta! + E!,
    truth: [5.2, 6.1, 0.31, 0.27, 0.55],
    points: grid,
    builtIn,
  },
  {
    form: getForm("power-law"),
    model: ([a, alpha], [C]) => Math.exp(a!) / C! ** alpha!,
    truth: [2.4, 0.05],
    points: compute,
    builtIn,
  },
  {
    form: getForm("power-law-offset"),
    model: ([a, alpha, E], [C]) => Math.exp(a!) / C! ** alpha! + E!,
    truth: [7.3, 0.17, 0.48],
    points: compute,
    builtIn,
  },
  {
    form: getForm("sigmoid"),
    model: ([a, L0, k, b], [L]) => a! / (1 + Math.exp(-k! * (L! - L0!))) + b!,
    truth: [-0.62, 0.95, 6.5, 0.91],
    points: losses,
    builtIn,
  },
  {
    form: getForm("log-sigmoid"),
    model: ([a, x0, k], [x]) => 1 + a! * Math.log1p(Math.exp(k! * (x! - x0!))),
    truth: [-0.11, 0.7, 5.5],
    points: losses,
    builtIn,
  },
  {
    form: getForm("linear"),
    model: ([w0, w1], [x]) => w0! + w1! * x!,
    truth: [0.3, 0.7],
    points: wide,
    builtIn,
  },
  {
    form: getForm("single-step"),
    model: ([a, b, alpha, beta, E, p, q], [N, D]) =>
      p! / (1 + Math.exp(-(Math.exp(a!) / N! ** alpha! + Math.exp(b!) / D! ** beta! + E!))) + q!,
    truth: [9.5, 8.2, 0.45, 0.33, -2.5, -0.72, 0.95],
    points: [60e6, 190e6, 370e6, 760e6, 1.3e9, 3.2e9].flatMap((n) =>
      [0.3, 1, 3, 10].map((m) => [n, 20 * n * m]),
    ),
    builtIn,
  },
  {
    form: own("saturation", "y = a*tanh(b*x) + c", { a: [0.5, 3], b: [0.1, 2], c: [0.5, 2] }),
    model: ([a, b, c], [x]) => a! * Math.tanh(b! * x!) + c!,
    truth: [1.4, 0.6, 0.8],
    points: wide,
    builtIn: false,
  },
  {
    form: own("hill", "y = a*x^b/(c + x)", { a: [0.5, 3], b: [0.2, 2], c: [0.5, 3] }),
    model: ([a, b, c], [x]) => (a! * x! ** b!) / (c! + x!),
    truth: [2, 1.3, 1.6],
    points: wide,
    builtIn: false,
  },
];

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
