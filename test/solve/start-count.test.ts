import { describe, expect, test } from "vitest";
import type { Problem, Solution, SolveOptions } from "../../src/solve/problem.ts";
import { freshStartsOf } from "../../src/solve/search/start-count.ts";
import { solveProblems } from "../../src/solve/solve.ts";
import { quickForm } from "../forms/helpers.ts";
import { cases, problemOf } from "./cases.ts";

const chinchilla = problemOf(cases.find(({ form }) => form.name === "chinchilla")!, { noise: 0.01 });

/** A sine of an unknown frequency has a minimum near every frequency, of which few starts meet the lowest. */
const inputs = Float64Array.from({ length: 40 }, (_, i) => i);
const wave: Problem = {
  form: quickForm("y = a * sin(w*x)", "a w"),
  variables: [inputs],
  response: inputs.map((x, i) => 1.3 * Math.sin(2.1 * x) + 0.01 * Math.cos(7 * i)),
  loss: { kind: "squared" },
  residual: "plain",
  key: "wave",
};

async function solved(problem: Problem, options: SolveOptions = {}): Promise<Solution> {
  const [result] = await solveProblems([problem], { backend: "cpu", kernels: "auto", ...options });
  if (result === undefined || "skipped" in result) throw new Error("not solved");
  return result.solution;
}

describe("as many starts as their ends ask for", () => {
  test("eight where all agree", async () => {
    const { starts, startAgreement } = await solved(chinchilla);
    expect([starts, startAgreement]).toEqual([8, 1]);
  });

  test("many where few agree, until the lowest minimum was met often", async () => {
    const auto = await solved(wave);
    expect(auto.starts).toBeGreaterThan(64);
    expect(auto.startAgreement * auto.starts).toBeGreaterThan(10);
    const { objective } = await solved(wave, { starts: 8 });
    expect(objective).toBeGreaterThan(2 * auto.objective);
  });

  test("the random ones are the first of any number: as many of them agree", async () => {
    const { starts, startAgreement } = await solved(wave);
    expect(await solved(wave, { starts })).toMatchObject({ starts, startAgreement });
  });

  test("that did not converge never count as agreement", async () => {
    const { startAgreement, starts } = await solved(chinchilla, { iterationLimit: 2 });
    expect(starts).toBeGreaterThanOrEqual(64);
    expect(startAgreement).toBeLessThan(0.1);
  });

  test("more than eight where the best lies in a flat valley, although all agree", async () => {
    const growth = inputs.map((x) => Math.exp(0.02 * x) + 0.01 * Math.cos(7 * x));
    const flat: Problem = { ...wave, form: quickForm("y = exp((a + b)*x)", "a b"), response: growth };
    const { starts, flatDirection } = await solved(flat);
    expect(flatDirection).toEqual(["a", "b"]);
    expect(starts).toBe(64);
  });

  test("sixteen are enough there where a grid over two parameters at most found nothing lower", async () => {
    const flat: Problem = { ...wave, form: quickForm("y = a + b + c*x", "a b c") };
    const { starts, flatDirection } = await solved(flat);
    expect(flatDirection).toEqual(["a", "b"]);
    expect(starts).toBe(16);
  });

  test("an exact fit needs no more, however few agree", async () => {
    const exact = { ...wave, response: inputs.map((x) => 0 * x) };
    expect((await solved(exact)).starts).toBe(8);
  });
});

test.each([
  ["none where all starts of the fit agree", 8, 1, 0],
  ["two where nearly all do", 16, 15 / 16, 2],
  ["seven where six of ten do", 40, 0.6, 7],
  ["at most fifteen", 4096, 0.01, 15],
])("random starts of a replicate: %s", (_, starts, startAgreement, wanted) => {
  expect(freshStartsOf("auto", {}, { starts, startAgreement })).toBe(wanted);
});

test("each resample of a network has as many starts as its fit", () => {
  const training = { steps: 10, learningRate: 0.05, weightDecay: 0 };
  expect(freshStartsOf("auto", { training }, { starts: 16, startAgreement: 1 })).toBe(15);
});
