import { describe, expect, test } from "vitest";
import { flpM } from "../../../src/papers/flp-m/flp-m.ts";
import { planTask, posed, reasonOf } from "../../methods/plan-task.ts";
import type { Row } from "../../methods/tables.ts";
import { changeRows, LAWS, mixedRows, TARGET, trueLoss } from "./made-up.ts";

const LAW_PARAMETERS = [LAWS.web, LAWS.programs].map((values) => Float64Array.from(values));
const plan = (axes: Record<string, unknown> = {}) => planTask(flpM, mixedRows(), axes);
const step2 = (axes?: Record<string, unknown>) => posed(plan(axes).stages[2]);
const linearPoints = step2({ link: "linear" }).problem;

function moments(values: Float64Array): [mean: number, spread: number] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return [mean, Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)];
}

describe("the network of domain losses", () => {
  test("by default is the paper's, trained by Adam on standardised losses and scores in per cent", () => {
    const { problem } = step2();
    expect(problem.form.name).toBe("network-2-3");
    expect(problem.training).toEqual({ steps: 2000, learningRate: 0.05, weightDecay: 0.01 });
    for (const values of problem.variables) {
      const [mean, spread] = moments(values);
      expect(mean).toBeCloseTo(0, 10);
      expect(spread).toBeCloseTo(1, 10);
    }
    problem.response.forEach((score, i) => {
      expect(score).toBeCloseTo(100 * linearPoints.response[i]!, 10);
    });
  });

  test("solved by least squares it has no training", () => {
    const { problem } = step2({ link: "network-least-squares", hidden: 2 });
    expect(problem.form.name).toBe("network-2-2");
    expect(problem.training).toBeUndefined();
  });

  test("raw losses and scores as shares, steps, learning rate and weight decay are choices", () => {
    const axes = {
      network_inputs: "raw",
      network_response: "share",
      steps: 7,
      learning_rate: 0.1,
      weight_decay: 0,
    };
    const { problem } = step2(axes);
    expect(problem.variables).toEqual(linearPoints.variables);
    expect(problem.response).toEqual(linearPoints.response);
    expect(problem.training).toEqual({ steps: 7, learningRate: 0.1, weightDecay: 0 });
  });
});

describe("what a network predicts is a share, from losses in the units of its points", () => {
  const [web, programs] = [
    trueLoss("web", TARGET.c, TARGET.code),
    trueLoss("programs", TARGET.c, TARGET.code),
  ];
  // A network of one unit that is never below 0 on these inputs: output = bias + weight x (10 + inputs).
  const { form } = step2({ hidden: 1 }).problem;
  const ofNetwork = Float64Array.from(form.parameterNames, () => 1);

  test("standardised and per cent", () => {
    const [webMean, webSpread] = moments(linearPoints.variables[0]!);
    const [programsMean, programsSpread] = moments(linearPoints.variables[1]!);
    const inputs = [(web - webMean) / webSpread, (programs - programsMean) / programsSpread];
    const [prediction] = plan({ hidden: 1 }).predict([...LAW_PARAMETERS, ofNetwork]);
    expect(prediction!.predicted).toBeCloseTo(form.value(ofNetwork, inputs) / 100, 10);
    expect(prediction!.linkPredicted).toBeCloseTo(prediction!.predicted, 10);
  });

  test("raw and a share", () => {
    const axes = { hidden: 1, network_inputs: "raw", network_response: "share" };
    const [prediction] = plan(axes).predict([...LAW_PARAMETERS, ofNetwork]);
    expect(prediction!.predicted).toBeCloseTo(form.value(ofNetwork, [web, programs]), 10);
  });

  test("a shift of residuals in per cent moves it by a hundredth", () => {
    const parameters = [...LAW_PARAMETERS, ofNetwork];
    const { predict } = plan({ hidden: 1 });
    const moved = predict(parameters, [0, 0, 2])[0]!.predicted - predict(parameters)[0]!.predicted;
    expect(moved).toBeCloseTo(0.02, 12);
  });

  test("at the target's own size and mixture it is the same", () => {
    const { predict, at } = plan({ hidden: 1 });
    const parameters = [...LAW_PARAMETERS, ofNetwork];
    const mix = new Map([
      ["general", 1 - TARGET.code],
      ["code", TARGET.code],
    ]);
    expect(at!(parameters, { n: 1, d: 1, c: TARGET.c, mix })).toBe(predict(parameters)[0]!.predicted);
  });
});

describe("few checkpoints", () => {
  const target = mixedRows().filter(({ role }) => role === "target");
  const few = (kept: (row: Row) => boolean) => {
    const rows = mixedRows().filter(({ run }) => run === "100000000000000000000-0");
    return planTask(flpM, [...rows.filter(kept), ...target], { emerged: false }).stages[2];
  };

  test("one alone says nothing of the losses' parts", () => {
    expect(reasonOf(few(({ d }) => d === 3e9))).toBe(
      "only one checkpoint is kept, which does not tell how the score follows the losses",
    );
  });

  test("where there are no more than domains, a loss that never changes is named", () => {
    const rows = changeRows(
      mixedRows().filter(({ run, d }) => run === "100000000000000000000-0" && d !== 3e9),
      ({ subject }) => subject === "programs",
      () => ({ metrics: { loss: 2 } }),
    );
    expect(reasonOf(planTask(flpM, [...rows, ...target], { emerged: false }).stages[2])).toBe(
      "the loss of programs is 2 at every checkpoint that is kept; leave it out of axis domains",
    );
  });

  test("two that differ are enough for a network that is trained", () => {
    expect(posed(few(({ d }) => d !== 3e9)).problem.response).toHaveLength(2);
  });
});
