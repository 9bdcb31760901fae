import { expect, test } from "vitest";
import { defineForm } from "../../src/forms/define-form.ts";
import type { FormParameter, StartRange } from "../../src/forms/form.ts";
import { objectiveOf } from "../../src/solve/objective.ts";
import type { Problem, Solution, SolveOptions } from "../../src/solve/problem.ts";
import { solveProblems } from "../../src/solve/solve.ts";
import { gaussian } from "./cases.ts";

/** Bounds, which are the intervals of the starts, and the truth of a law of nested exponentials. */
const law: Readonly<Record<string, readonly [low: number, high: number, truth: number]>> = {
  E: [1, 6, 1.6],
  s: [-1, 0.3, -0.4],
  q: [0.01, 0.5, 0.07],
  S: [-1, 1, 0.8],
  B: [10, 1000, 80],
  b: [-0.6, -0.01, -0.12],
  Q: [-5, 1, -2.5],
  A: [-5, 1, -0.9],
  a: [0.001, 0.25, 0.055],
};

const nested = defineForm({
  name: "nested",
  expression: "loss = exp(s*N^q + S) + exp(B*N^b + Q)*D^(-exp(A*N^a + E))",
  variables: { N: "model parameters", D: "training tokens" },
  parameters: mapped(([lower, upper]): FormParameter => ({ lower, upper })),
  startRanges: { default: mapped(([low, high]): StartRange => [low, high]) },
  description: "A law of nested exponentials.",
  source: "test",
});

function mapped<Value>(of: (numbers: (typeof law)[string]) => Value): Record<string, Value> {
  return Object.fromEntries(Object.entries(law).map(([name, numbers]) => [name, of(numbers)]));
}

/** Twelve sizes, each on ten numbers of tokens, with residuals of 0.1 %. */
const points = Array.from({ length: 120 }, (_, i) => [
  2e8 * 1.36 ** (i % 12),
  2e9 * 1.6 ** Math.floor(i / 12),
]);
const truth = Float64Array.from(Object.values(law), ([, , value]) => value);
const deviate = gaussian(8);
const problem: Problem = {
  form: nested,
  variables: [0, 1].map((v) => Float64Array.from(points, (point) => point[v]!)),
  response: Float64Array.from(points, (point) => nested.value(truth, point) * (1 + 1e-3 * deviate())),
  loss: { kind: "squared" },
  residual: "plain",
  key: "nested exponentials",
};

async function solved(options: SolveOptions): Promise<Solution> {
  const [result] = await solveProblems([problem], { backend: "cpu", ...options });
  if (result === undefined || "skipped" in result) throw new Error("not solved");
  return result.solution;
}

test("a law that few random starts fit is restarted from the lowest ends, until one is met often", async () => {
  const auto = await solved({});
  expect(auto.objective).toBeLessThan(objectiveOf(problem, truth));
  expect(auto.starts).toBeLessThan(256);
  expect(auto.startAgreement * auto.starts).toBeGreaterThanOrEqual(8);
  const many = await solved({ starts: 512 });
  expect(many.startAgreement).toBeLessThan(0.02);
  expect(auto.objective).toBeLessThan(many.objective * (1 + 1e-6));
});

test("restarts depend on the seed alone, and a number of starts is exactly that", async () => {
  const [one, two] = [await solved({ threads: 1 }), await solved({ threads: 2 })];
  expect(two).toEqual(one);
  expect((await solved({ seed: 1 })).objective / one.objective - 1).toBeLessThan(1e-6);
  expect((await solved({ starts: 64 })).starts).toBe(64);
});
