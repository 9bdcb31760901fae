import type { Form } from "../../src/forms/form.ts";
import type { Loss, Problem, Residual } from "../../src/solve/problem.ts";
import {
  conformanceForms,
  conformanceProblem,
  type ResidualAndLoss,
  residualsAndLosses,
} from "../../src/throughput/conformance-problems.ts";
import { type Equation, equations } from "../forms/equations.ts";
import { seededRandom } from "../forms/helpers.ts";
import { wholeCrosses } from "../whole-crosses.ts";

/** A form with inputs and known parameters: what a user would fit, and the truth behind it. */
export interface Case {
  form: Form;
  /** The form's equation written out once more, by hand. */
  model: Equation;
  truth: readonly number[];
  /** Points, each a value of every variable. */
  points: number[][];
  /** Residuals and losses that the form is tested under, a kernel each that all tests share; the first loss is the squared one. */
  fits: readonly ResidualAndLoss[];
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

/** Points of a small problem of each form; of a form that is not among them 24 of its conformance problem. */
const pointsOf: Readonly<Record<string, number[][]>> = {
  chinchilla: grid,
  kaplan: ladder,
  "kaplan-offset": ladder,
  "shifted-power-law": Array.from({ length: 20 }, (_, i) => [0.12 * i]),
  "power-law": compute,
  "power-law-offset": compute,
  sigmoid: losses,
  "log-sigmoid": losses,
  linear: wide,
  "single-step": ladder,
  "single-step-compute": compute,
  "compute-power-law": compute,
  "compute-composed": compute,
  "compute-log-score": compute,
  "compute-negative-log-score": compute,
  "mix-m2-2": mixed,
  "mix-m3-2": mixed,
  "mix-m4-2": mixed,
  "linear-5": five,
  "network-5-3": Array.from({ length: 60 }, (_, i) =>
    [0.618, 0.414, 0.732, 0.236, 0.646].map((step) => 2 * ((step * (i + 1)) % 1) - 1),
  ),
  saturation: wide,
  hill: wide,
};

/** Every form of the conformance list: all built-in ones and two of a user's own. */
export const cases: readonly Case[] = conformanceForms.map((entry) => {
  const { form, truth, builtIn } = entry;
  const points = pointsOf[form.name] ?? conformancePoints(form.name);
  const fits = residualsAndLosses(entry, wholeCrosses);
  return { form, truth, builtIn, points, fits, model: equations[form.name]! };
});

function conformancePoints(formName: string): number[][] {
  const { problem } = conformanceProblem(formName, "plain", { kind: "squared" }, 24);
  return Array.from(problem.response, (_, i) => problem.variables.map((values) => values[i]!));
}

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
export function objectiveOf(
  { model }: Pick<Case, "model">,
  problem: Problem,
  parameters: Iterable<number>,
): number {
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
