import { expect, test } from "vitest";
import { getForm } from "../../src/forms/registry.ts";
import { lossSlopes } from "../../src/identifiability/linearise.ts";
import { sandwich, standardErrors } from "../../src/identifiability/spread.ts";
import { normalDensity, normalQuantile } from "../../src/intervals/normal.ts";
import { randomStream } from "../../src/random.ts";
import type { Loss, Problem, Solution } from "../../src/solve/problem.ts";
import { solveProblems } from "../../src/solve/solve.ts";
import { cxx } from "../kernels/toolchains.ts";
import { known, linear } from "./known.ts";

const points = 2000;
const spread = 0.02;
const x = Float64Array.from({ length: points }, (_, i) => (i * 0.6180339887498949) % 1);
// The quantiles of a normal distribution, in an order that has nothing to do with x.
const draws = randomStream("noise");
const order = Array.from(x, (_, i) => ({ i, at: draws.uniform(0, 1) })).sort((a, b) => a.at - b.at);
const noise = Float64Array.from(order, ({ i }) => spread * normalQuantile((i + 0.5) / points));

function problemOf(loss: Loss, changes: Partial<Problem> = {}): Problem {
  const response = x.map((value, i) => 1 + 0.5 * value + noise[i]!);
  return {
    form: getForm("linear"),
    variables: [x],
    response,
    loss,
    residual: "plain",
    key: "line",
    ...changes,
  };
}

async function errorsOf(problem: Problem): Promise<number[]> {
  const [result] = await solveProblems([problem], { backend: "native", starts: 4 });
  const { solution } = result as { solution: Solution };
  const runs = { runs: Array.from(x, (_, i) => `${i}`), runLengths: Array.from(x, () => 1) };
  const fit = linear({ problem, parameters: solution.parameters, runs });
  return [...standardErrors(known(sandwich(fit, "points")))];
}

/** Standard errors of least squares with that noise: of the value at 0, and of the slope. */
const centre = x.reduce((sum, value) => sum + value, 0) / points;
const squares = x.reduce((sum, value) => sum + (value - centre) ** 2, 0);
const leastSquares = [spread * Math.sqrt(1 / points + centre ** 2 / squares), spread / Math.sqrt(squares)];

// Koenker (2005), section 3.2.2: the variance of least squares times q (1 - q) / f^2 with f the density at the quantile.
const factorOf = (q: number): number => Math.sqrt(q * (1 - q)) / normalDensity(normalQuantile(q));

test.skipIf(cxx === undefined).each([
  { loss: { kind: "squared" }, factor: 1 },
  { loss: { kind: "l1" }, factor: factorOf(0.5) },
  { loss: { kind: "quantile", quantile: 0.9 }, factor: factorOf(0.9) },
  { loss: { kind: "quantile", quantile: 0.25 }, factor: factorOf(0.25) },
] as const)("$loss.kind: standard errors are those of normal noise", async ({ loss, factor }) => {
  const errors = await errorsOf(problemOf(loss));
  errors.forEach((error, p) => {
    expect(error / leastSquares[p]! / factor).toBeGreaterThan(0.9);
    expect(error / leastSquares[p]! / factor).toBeLessThan(1.1);
  });
});

test.skipIf(cxx === undefined)(
  "a sigma that is the same at all points changes no standard error",
  async () => {
    const without = await errorsOf(problemOf({ kind: "l1" }));
    const sigma = new Float64Array(points).fill(0.3);
    const withSigma = await errorsOf(problemOf({ kind: "l1" }, { sigma }));
    withSigma.forEach((error, p) => {
      expect(Math.abs(error / without[p]! - 1)).toBeLessThan(1e-6);
    });
  },
);

test("the slope of an absolute loss is that of Huber's over a small delta", () => {
  const weights = new Float64Array(points).fill(1);
  const delta = 1e-7;
  const small = lossSlopes({ kind: "huber", delta }, noise, weights, [x]);
  const none = lossSlopes({ kind: "l1" }, noise, weights, [x]);
  none.forEach((slope, i) => {
    expect(Math.abs((slope * delta) / small[i]! - 1)).toBeLessThan(1e-9);
  });
});
