import { expect, test } from "vitest";
import { drawDataSet, NOISE } from "../../bench/coverage/data-set.ts";
import { planOf } from "../../bench/coverage/data-set-plan.ts";
import { getScenario } from "../../bench/coverage/scenarios.ts";
import type { Plan } from "../../src/methods/method.ts";
import type { Problem } from "../../src/solve/problem.ts";
import { solveProblems } from "../../src/solve/solve.ts";

const scenario = getScenario("normal");
const condition = { runs: 40, autocorrelation: 0.5, scenario, ratios: [2, 10] } as const;
const silence = { name: "none", description: "none", draw: () => ({ loss: 0, score: 0 }) };
const quiet = { ...scenario, noise: silence };

test("a replication is always the same data set, and no other one", () => {
  const first = drawDataSet(condition, 3, 1);
  expect(drawDataSet(condition, 3, 1)).toEqual(first);
  expect(drawDataSet(condition, 4, 1).targets[0]!.loss).not.toBe(first.targets[0]!.loss);
  expect(drawDataSet(condition, 3, 2).targets[0]!.loss).not.toBe(first.targets[0]!.loss);
});

/** Residuals of the scores of each run, about the link fitted to all of them; data sets without run effects. */
async function scoreNoise(autocorrelation: number): Promise<Float64Array[]> {
  const sets = Array.from({ length: 10 }, (_, r) =>
    drawDataSet({ ...condition, autocorrelation, scenario: quiet }, r, 1),
  );
  const noises = sets.map(async (dataSet) => {
    const plan = planOf(dataSet, "squared");
    const link = linkOf(plan);
    const [result] = await solveProblems([link], { backend: "cpu", threads: 1, starts: 32 });
    if (!("solution" in result!)) throw new Error(result!.skipped.reason);
    const { parameters } = result.solution;
    return dataSet.runs.map(({ loss, score }) =>
      score.map((y, i) => y - link.form.value(parameters, [loss[i]!])),
    );
  });
  return (await Promise.all(noises)).flat();
}

function linkOf({ stages }: Plan): Problem {
  const stage = stages[1]!;
  if (!("problem" in stage)) throw new Error("the stage has no problem");
  return { ...stage.problem, key: "link" };
}

test.each([0, 0.9])("scores of checkpoints are noisy, with autocorrelation %f", async (autocorrelation) => {
  const runs = await scoreNoise(autocorrelation);
  const products = (lag: number): number[] =>
    runs.flatMap((noise) => [...noise.subarray(lag)].map((e, i) => e * noise[i]!));
  const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;
  const variance = mean(products(0));
  expect(Math.abs(Math.sqrt(variance) / NOISE.checkpointScore - 1)).toBeLessThan(0.06);
  expect(Math.abs(mean(products(1)) / variance - autocorrelation)).toBeLessThan(0.06);
});

test("without noise the fits predict the truth: the forms are the true ones", async () => {
  const exact = drawDataSet({ ...condition, scenario: quiet }, 1, 1);
  const scale = (value: number, truth: number): number => Math.abs(value / truth - 1);
  const plan = planOf(exact, "squared");
  const problems = plan.stages.map((stage, s) => {
    if (!("problem" in stage)) throw new Error("the stage has no problem");
    return { ...stage.problem, key: `stage ${s}` };
  });
  const solutions = await solveProblems(problems, { backend: "cpu", threads: 1, starts: 32 });
  const predictions = plan.predict(
    solutions.map((one) => ("solution" in one ? one.solution.parameters : undefined)),
  );
  for (const { predicted, actual, featurePredicted, featureActual, linkPredicted } of predictions) {
    // What noise the checkpoints have is a few parts in a thousand, averaged over 40 runs.
    expect(scale(featurePredicted, featureActual)).toBeLessThan(0.02);
    expect(scale(linkPredicted, actual)).toBeLessThan(0.02);
    expect(scale(predicted, actual)).toBeLessThan(0.04);
  }
});
