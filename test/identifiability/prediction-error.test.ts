import { describe, expect, test } from "vitest";
import {
  type Predict,
  standardErrorOfPrediction,
  standardErrorsOfPredictions,
} from "../../src/identifiability/prediction-error.ts";
import { spreadOf } from "../../src/identifiability/spread.ts";
import type { SpreadKind } from "../../src/intervals/method.ts";
import { expectClose } from "../intervals/close.ts";
import { chain, fourRuns, lineFit } from "./examples.ts";
import { known } from "./known.ts";

test("a line's prediction, against g'Vg in NumPy", () => {
  const gradient = [1, 10];
  const error = (kind: SpreadKind): number =>
    known(standardErrorOfPrediction([{ gradient, spread: spreadOf(lineFit(fourRuns), kind) }])).standardError;
  expectClose(error("paper-delta"), 0.3472470757021693, 1e-9);
  expectClose(error("runs"), 0.13756110012139283, 1e-9);
  expectClose(error("points"), 0.3286032716619549, 1e-9);
});

describe("a chain of two fits on shared runs, against NumPy", () => {
  const { law, link } = chain;
  const forms = [law.problem.form, link.problem.form] as const;
  /** Feature, score by the chain, score by the link alone. */
  const predict: Predict = ([own, other]) => {
    const feature = own ? forms[0].value(own, [200]) : Number.NaN;
    return [
      feature,
      other ? forms[1].value(other, [feature]) : Number.NaN,
      other ? forms[1].value(other, [0.8]) : Number.NaN,
    ];
  };
  const parameters = [law.parameters, link.parameters];
  const errorsBy = (kind: SpreadKind) =>
    standardErrorsOfPredictions(predict, parameters, [spreadOf(law, kind), spreadOf(link, kind)]);

  test("runs that stand in both fits move both: their covariance counts", () => {
    const [feature, score] = errorsBy("runs").map(known);
    expectClose(feature!.standardError, 0.03357169320471805, 1e-7);
    // Without the covariance it would be 0.026806.
    expectClose(score!.standardError, 0.02584277067142738, 1e-7);
  });

  test("the model's errors of the two fits are independent", () => {
    expectClose(known(errorsBy("paper-delta")[1]!).standardError, 0.03818167620833567, 1e-7);
  });

  test("freedom is that of the stages that matter, the fewest", () => {
    // 6 points, 3 parameters; 6 runs; the chain has the fewer.
    expect(errorsBy("runs").map((error) => known(error).freedom)).toEqual([3, 3, 5]);
  });

  test("differences agree with the form's own gradient", () => {
    const gradient = new Float64Array(4);
    forms[1].gradient(link.parameters, [0.8], gradient);
    const exact = known(standardErrorOfPrediction([{ gradient, spread: spreadOf(link, "runs") }]));
    expectClose(known(errorsBy("runs")[2]!).standardError, exact.standardError, 1e-8);
  });

  test("a stage that cannot be judged is the reason only for what depends on it", () => {
    const reason = "the points do not tell A and E apart";
    const errors = standardErrorsOfPredictions(predict, parameters, [{ reason }, spreadOf(link, "runs")]);
    expect(errors[0]).toEqual({ reason });
    expect(errors[1]).toEqual({ reason });
    expect(errors[2]).toHaveProperty("standardError");
  });

  test("without a solution there is no prediction", () => {
    const missing = { reason: "not solved" };
    const errors = standardErrorsOfPredictions(
      predict,
      [law.parameters, undefined],
      [spreadOf(law, "runs"), missing],
    );
    expect(errors[0]).toHaveProperty("standardError");
    expect(errors[1]).toEqual({ reason: "there is no prediction" });
  });
});
