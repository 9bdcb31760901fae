import { describe, expect, test } from "vitest";
import { getForm } from "../../src/forms/registry.ts";
import type { Fit } from "../../src/identifiability/fit.ts";
import { linearise } from "../../src/identifiability/linearise.ts";
import { reducedSandwich } from "../../src/identifiability/reduced-sandwich.ts";
import { freedomAlong, spreadOf, standardErrors, varianceAlong } from "../../src/identifiability/spread.ts";
import { expectClose } from "../intervals/close.ts";
import { chain, fourRuns, lineFit, lineProblem, onePointEach } from "./examples.ts";
import { known } from "./known.ts";

function expectErrors(fit: Fit, kind: Parameters<typeof spreadOf>[1], expected: readonly number[]): void {
  const errors = standardErrors(known(spreadOf(fit, kind)));
  expected.forEach((value, p) => {
    expectClose(errors[p]!, value, 1e-8);
  });
}

describe("a straight line, against the closed formulas in NumPy", () => {
  test("the model's standard errors: s^2 (X'X)^-1", () => {
    expectErrors(lineFit(), "paper-delta", [0.12276534532190912, 0.044478056718671784]);
    expect(known(spreadOf(lineFit(), "paper-delta")).freedom).toBe(Number.POSITIVE_INFINITY);
  });

  test("CR1 by runs, with the freedom of the runs", () => {
    expectErrors(lineFit(fourRuns), "runs", [0.08226622430969756, 0.021115724117638714]);
    expect(known(spreadOf(lineFit(fourRuns), "runs")).freedom).toBe(3);
  });

  test("HC1 by points; runs of one point are the same", () => {
    expectErrors(lineFit(fourRuns), "points", [0.08903276276573469, 0.038829775568269734]);
    expectErrors(lineFit(), "runs", [0.08903276276573469, 0.038829775568269734]);
    expect(known(spreadOf(lineFit(), "runs")).freedom).toBe(10);
  });

  test("a point of weight 2 counts as in the objective", () => {
    const twice = lineFit(fourRuns);
    const weights = new Float64Array(12).fill(2);
    const weighted = { ...twice, problem: { ...twice.problem, weights } };
    expectErrors(weighted, "runs", [0.08226622430969756, 0.021115724117638714]);
  });

  test("the reduced sandwich of few runs, CR2, with the freedom of each direction", () => {
    const spread = known(reducedSandwich(known(linearise(lineFit(fourRuns)))));
    const [level, slope] = standardErrors(spread);
    expectClose(level!, 0.10031034030426746, 1e-8);
    expectClose(slope!, 0.028619446970094886, 1e-8);
    expectClose(freedomAlong(spread, [1, 0]), 1.571396736754001, 1e-8);
    expectClose(freedomAlong(spread, [0, 1]), 1.5694847078705982, 1e-8);
    // Of the line at 6, beyond the points.
    expectClose(Math.sqrt(varianceAlong(spread, Float64Array.of(1, 6))), 0.08803179780195591, 1e-8);
    expectClose(freedomAlong(spread, [1, 6]), 1.2429743778574702, 1e-8);
  });

  test("a run of weight 0 is as if it were not there", () => {
    const fit = lineFit({ runs: ["p", "q", "r", "none"], runLengths: [3, 2, 4, 3] });
    const weights = Float64Array.from({ length: 12 }, (_, i) => Number(i < 9));
    const { problem } = fit;
    const shorter = {
      ...fit,
      problem: {
        ...problem,
        variables: [problem.variables[0]!.slice(0, 9)],
        response: problem.response.slice(0, 9),
      },
      runs: { runs: ["p", "q", "r"], runLengths: [3, 2, 4] },
    };
    expectErrors({ ...fit, problem: { ...problem, weights } }, "runs", [
      ...standardErrors(known(spreadOf(shorter, "runs"))),
    ]);
  });
});

test("Huber's loss, against its formula in NumPy", () => {
  const parameters = Float64Array.of(1.0840334408917571, 1.0838809034907597);
  const problem = lineProblem({ kind: "huber", delta: 0.1 });
  const fit = { problem, parameters, runs: onePointEach(12) };
  expectErrors(fit, "runs", [0.05900461962105001, 0.05664139414720701]);
});

test("nearly absolute loss: pi/2 times the variance of least squares, for normal residuals", () => {
  // Residuals are the normal's quantiles in an order that has nothing to do with x.
  const points = 4001;
  const x = Float64Array.from({ length: points }, (_, i) => Math.cos(7 * i));
  const normal = normalQuantiles(points);
  const problem = {
    ...lineProblem({ kind: "huber", delta: 1e-4 }),
    variables: [x],
    response: Float64Array.from(x, (_, i) => normal[(i * 1789) % points]!),
  };
  const fit = { problem, parameters: Float64Array.of(0, 0), runs: onePointEach(points) };
  const [level] = standardErrors(known(spreadOf(fit, "runs")));
  expect(level! / Math.sqrt(Math.PI / 2 / points)).toBeCloseTo(1, 1);
});

test("curve_fit's covariance of a sigmoid with a parameter on its bound, and an anchor", () => {
  // scipy.optimize.curve_fit(..., bounds=([-1, 0, 0, 0], [0, inf, inf, 1]), jac=analytic), SciPy 1.17.1
  const losses = [0.45, 0.5, 0.58, 0.66, 0.7, 0.78, 0.85, 0.92, 1.0, 1.07, 1.15, 1.2, 1.3, 1.4, 0.0];
  const accuracies = [0.86, 0.81, 0.79, 0.71, 0.7, 0.62, 0.55, 0.52, 0.44, 0.4, 0.37, 0.33, 0.31, 0.29, 1.0];
  const fit: Fit = {
    problem: {
      form: getForm("sigmoid")!,
      variables: [Float64Array.from(losses)],
      response: Float64Array.from(accuracies),
      loss: { kind: "squared" },
      residual: "plain",
      key: "sigmoid",
    },
    parameters: Float64Array.of(-0.7559555802489776, 0.7766059375422412, 4.513716695677854, 1),
    runs: { runs: ["one"], runLengths: [14] },
  };
  expectErrors(
    fit,
    "paper-delta",
    [0.030282688143754136, 0.014746988630915591, 0.31191336322399965, 0.017327371243516573],
  );
  // The sandwich holds what a bound holds, and says why one run is not enough.
  expect(standardErrors(known(spreadOf(fit, "points")))[3]).toBe(0);
  expect(spreadOf(fit, "runs")).toEqual({ reason: "fewer than two runs" });
});

test("a replicate's runs count as often as they were drawn, against the copies written out in NumPy", () => {
  const replicate = { ...chain.link, draws: [2, 0, 1, 1, 2, 0] };
  expectErrors(replicate, "runs", [0.0050175530884114415, 0.002492599316328634, 0.1430237222658897, 0]);
});

describe("what cannot be known has its reason", () => {
  test("parameters that the points do not tell apart", () => {
    const { problem } = lineFit();
    const constant = { ...problem, variables: [new Float64Array(12).fill(2)] };
    expect(spreadOf({ ...lineFit(), problem: constant }, "runs")).toEqual({
      reason: "the points do not tell w0 and w1 apart",
    });
  });

  test("a parameter that no point depends on", () => {
    const { problem } = lineFit();
    const zero = { ...problem, variables: [new Float64Array(12)] };
    expect(spreadOf({ ...lineFit(), problem: zero }, "runs")).toEqual({
      reason: "no point depends on w1 at the solution",
    });
  });

  test("as many points as parameters", () => {
    const { problem } = lineFit();
    const two = {
      ...problem,
      variables: [problem.variables[0]!.slice(0, 2)],
      response: problem.response.slice(0, 2),
    };
    for (const kind of ["runs", "paper-delta"] as const) {
      expect(spreadOf({ ...lineFit(), problem: two, runs: onePointEach(2) }, kind)).toEqual({
        reason: expect.stringMatching(/^2 points for 2 (free )?parameters leave no residuals$/),
      });
    }
  });

  test("a form that is not finite at the solution", () => {
    const { law } = chain;
    const parameters = Float64Array.of(-5, 0.5, 0);
    expect(spreadOf({ ...law, parameters }, "runs")).toEqual({
      reason: "form quick has no finite residual or slope at point 1",
    });
  });
});

/** Quantiles of the standard normal at (i + 1/2) / count, by bisection of its distribution's series. */
function normalQuantiles(count: number): number[] {
  return Array.from({ length: count }, (_, i) => {
    let [low, high] = [-6, 6];
    for (let k = 0; k < 50; k++) {
      const middle = (low + high) / 2;
      if (normalProbability(middle) < (i + 0.5) / count) low = middle;
      else high = middle;
    }
    return (low + high) / 2;
  });
}

function normalProbability(x: number): number {
  let term = x;
  let sum = x;
  for (let k = 1; k < 200; k++) {
    term *= (x * x) / (2 * k + 1);
    sum += term;
  }
  return 0.5 + sum * Math.exp((-x * x) / 2 - 0.5 * Math.log(2 * Math.PI));
}
