import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defineForm } from "../../src/forms/define-form.ts";
import { getForm } from "../../src/forms/registry.ts";
import { judgedStage, judgePredictions } from "../../src/identifiability/determined.ts";
import { openBackend } from "../../src/solve/backends.ts";
import type { Backend } from "../../src/solve/kernel.ts";
import type { Problem } from "../../src/solve/problem.ts";
import { solveProblemsOn } from "../../src/solve/solve.ts";
import { gaussian } from "../solve/cases.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await openBackend("cpu", 2, { kernels: "auto" });
});
afterAll(() => backend.close());

async function judged(
  problem: Problem,
  predict: (parameters: Float64Array) => number,
  { starts = 32, inputs }: { starts?: number; inputs?: number[] } = {},
) {
  const [result] = await solveProblemsOn(backend, [problem], { starts, seed: 1 });
  if (!("solution" in result!)) throw new Error(result!.skipped.reason);
  const { solution } = result;
  const points = problem.response.length;
  const runs = {
    runs: Array.from({ length: points }, (_, i) => `r${i}`),
    runLengths: new Array(points).fill(1),
  };
  const stage = judgedStage({ problem, solution, parameters: solution.parameters, runs });
  return judgePredictions(stage, (own) => [predict(own)], [inputs])[0]!;
}

const x = Float64Array.from({ length: 20 }, (_, i) => 1 + i / 10);

describe("a valley that is curved", () => {
  // Only a*b is known: along a*b = 6 the objective is the same, along its tangent it is not.
  const product = defineForm({
    name: "product",
    expression: "y = a*b*x",
    parameters: {
      a: { description: "first", lower: 0.5, upper: 20 },
      b: { description: "second", lower: 0.5, upper: 20 },
    },
    variables: { x: "input" },
    startRanges: { default: { a: [1.9, 2.1], b: [2.9, 3.1] } },
    description: "A product of two levels.",
    source: "made for a test",
  });
  const deviate = gaussian(4);
  const problem: Problem = {
    form: product,
    variables: [x],
    response: x.map((one) => 6 * one * (1 + 1e-5 * deviate())),
    loss: { kind: "squared" },
    residual: "plain",
    key: "product",
  };

  test("leaves a prediction open that moves along it", async () => {
    expect(await judged(problem, ([a]) => a!)).toMatchObject({
      determined: expect.stringMatching(/flat|seed/),
    });
  });

  test("leaves a prediction alone that does not", async () => {
    expect(await judged(problem, ([a, b]) => a! * b! * 100)).toEqual({ determined: "yes", reason: "" });
  });
});

describe("inputs that vary only three together", () => {
  const form = getForm("linear-3");
  const deviate = gaussian(8);
  const columns = (third: (a: number, b: number) => number) => {
    const a = Float64Array.from({ length: 24 }, () => Math.exp(deviate()));
    const b = Float64Array.from({ length: 24 }, () => Math.exp(deviate()));
    const c = a.map((one, i) => third(one, b[i]!));
    return [a, b, c];
  };
  const posed = (variables: Float64Array[]): Problem => ({
    form,
    variables,
    response: variables[0]!.map(
      (_, i) => 1 + variables.reduce((sum, own, v) => sum + (v + 1) * own[i]!, 0) + 0.01 * deviate(),
    ),
    loss: { kind: "squared" },
    residual: "plain",
    key: "three",
  });
  const at = (inputs: number[]) => (own: Float64Array) => form.value(own, inputs);

  test("are named, and a target off their plane is outside", async () => {
    const problem = posed(columns((a, b) => a * b));
    const off = [2, 2, 16];
    const verdict = await judged(problem, at(off), { inputs: off });
    expect(verdict.determined).toBe("outside");
    expect(verdict.reason).toContain("on one plane of their logarithms and the target has not");
    const on = [2, 2, 4];
    expect((await judged(problem, at(on), { inputs: on })).determined).toBe("yes");
  });

  test("are not named where all vary", async () => {
    const problem = posed(columns(() => Math.exp(deviate())));
    const off = [2, 2, 16];
    expect((await judged(problem, at(off), { inputs: off })).determined).toBe("yes");
  });
});

describe("a trained network", () => {
  const form = getForm("network-5-3");
  const deviate = gaussian(2);
  const posed = (points: number): Problem => {
    const variables = Array.from({ length: 5 }, () => Float64Array.from({ length: points }, deviate));
    return {
      form,
      variables,
      response: variables[0]!.map((one) => 50 + 5 * Math.abs(one) + 2 * deviate()),
      loss: { kind: "squared" },
      residual: "plain",
      training: { steps: 2000, learningRate: 0.05, weightDecay: 0 },
      key: "network",
    };
  };
  const at = (inputs: number[]) => (own: Float64Array) => form.value(own, inputs);

  test("whose starts agree on the points and not on the target does not determine it", async () => {
    const problem = posed(40);
    expect(await judged(problem, at([8, -8, 8, -8, 8]))).toMatchObject({ determined: "seed" });
    expect(await judged(problem, at([0, 0, 0, 0, 0]))).toMatchObject({ determined: "yes" });
  });

  test("of no fewer parameters than points determines nothing", async () => {
    const verdict = await judged(posed(20), at([0, 0, 0, 0, 0]));
    expect(verdict.determined).not.toBe("yes");
  });
});
