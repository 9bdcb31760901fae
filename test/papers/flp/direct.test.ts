import { describe, expect, test } from "vitest";
import { getForm } from "../../../src/forms/registry.ts";
import { flp } from "../../../src/papers/flp/flp.ts";
import { planTask, posed, reasonOf } from "../../methods/plan-task.ts";
import { FIT_FLOPS, flpRows, TARGET_FLOPS, trueLoss, trueScore } from "./made-up.ts";

const FORMS = [
  ...["compute-power-law", "compute-log-score", "compute-negative-log-score"],
  ...["compute-composed", "single-step-compute"],
];

describe("without a feature the final score is fitted straight on compute", () => {
  test.each(FORMS)("by %s", (direct) => {
    const plan = planTask(flp, flpRows(), { feature: "none", direct });
    expect(plan.stages.map(({ name }) => name)).toEqual(["single"]);
    const { problem } = posed(plan.stages[0]);
    expect(problem).toMatchObject({ residual: "plain", loss: { kind: "squared" } });
    expect(problem.form.name).toBe(direct);
    expect(problem.variables).toEqual([Float64Array.from(FIT_FLOPS)]);
    expect([...problem.response]).toEqual(FIT_FLOPS.map((c) => trueScore(trueLoss(c))));
    const parameters = Float64Array.from(problem.form.parameterNames, () => 0.01);
    const [prediction] = plan.predict([parameters]);
    expect(prediction).toMatchObject({ target: "big", featurePredicted: Number.NaN });
    expect(prediction!.predicted).toBe(getForm(direct).value(parameters, [TARGET_FLOPS]));
    expect(prediction!.actual).toBeCloseTo(trueScore(trueLoss(TARGET_FLOPS)), 12);
  });

  test("residuals of the logarithm are a choice, and shift what is predicted by a factor", () => {
    const { stages, predict } = planTask(flp, flpRows(), { feature: "none", residual: "log" });
    expect(posed(stages[0]).problem.residual).toBe("log");
    const parameters = Float64Array.of(0.2, -0.02);
    const predicted = predict([parameters])[0]!.predicted;
    expect(predict([parameters], [Math.log(1.1)])[0]!.predicted).toBeCloseTo(1.1 * predicted, 12);
  });

  test("a final score of 0 has no logarithm: skipped with the run, while plain residuals take it", () => {
    const zero = flpRows().map((row) =>
      row.run === "fit0" && row.subject === "t" ? { ...row, metrics: { accuracy: 0 } } : row,
    );
    expect(reasonOf(planTask(flp, zero, { feature: "none", residual: "log" }).stages[0])).toBe(
      "the final accuracy of run fit0 is 0, whose logarithm a single step takes",
    );
    expect(posed(planTask(flp, zero, { feature: "none" }).stages[0]).problem.response[0]).toBe(0);
  });

  test("no chance level is asked for", () => {
    const bare = flpRows().map(({ metrics: { chance: _, ...metrics }, ...row }) => ({ ...row, metrics }));
    expect(posed(planTask(flp, bare, { feature: "none" }).stages[0]).problem.response).toHaveLength(4);
  });
});

test("Llama-3's route: the task's own loss, a sigmoid, every checkpoint", () => {
  const rows = flpRows().map((row) =>
    row.subject === "t" ? { ...row, metrics: { ...row.metrics, loss: 2 * row.metrics.accuracy! } } : row,
  );
  const axes = { feature: "loss", link: "sigmoid", improvement: "none", emerged: false };
  const [step1, step2] = planTask(flp, rows, axes).stages.map(posed);
  expect([...step1!.problem.response]).toEqual(FIT_FLOPS.map((c) => 2 * trueScore(trueLoss(c))));
  expect(step2!.problem.form.name).toBe("sigmoid");
  expect(step2!.problem.response).toHaveLength(4 * 6);
  step2!.problem.response.forEach((score, i) => {
    expect(step2!.problem.variables[0]![i]).toBe(2 * score);
  });
});
