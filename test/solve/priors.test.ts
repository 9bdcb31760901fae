import { inverse, Matrix } from "ml-matrix";
import { expect, test } from "vitest";
import { withResiduals } from "../../src/bootstrap/residuals.ts";
import { getForm } from "../../src/forms/registry.ts";
import { linearise } from "../../src/identifiability/linearise.ts";
import { parameterErrors } from "../../src/identifiability/parameter-errors.ts";
import { profileFits } from "../../src/identifiability/profile.ts";
import { sandwich, standardErrors } from "../../src/identifiability/spread.ts";
import { solveWeighed } from "../../src/plan/prior-noise.ts";
import { whyUnsolvable } from "../../src/solve/check-problem.ts";
import { objectiveOf } from "../../src/solve/objective.ts";
import type { Prior, Problem, Solution, SolveResult } from "../../src/solve/problem.ts";
import { solveProblems } from "../../src/solve/solve.ts";
import { scaleProblem } from "../../src/solve/units.ts";
import { cxx } from "../kernels/toolchains.ts";

const x = Float64Array.of(0.2, 0.5, 0.9, 1.3, 1.4, 2.2);
const y = Float64Array.of(0.81, 0.73, 0.7, 0.52, 0.55, 0.31);
const line: Problem = {
  ...{ form: getForm("linear"), variables: [x], response: y, key: "line" },
  ...{ loss: { kind: "squared" }, residual: "plain" },
};
const runs = { runs: ["a", "b", "c", "d", "e", "f"], runLengths: [1, 1, 1, 1, 1, 1] };
const priors: Prior[] = [
  { parameter: "w0", centre: 0.7, sd: 0.02 },
  { parameter: "w1", centre: -0.3, sd: 0.05 },
];
const noise = 0.03;

const pairs = (values: Float64Array) => Float64Array.from([...values].flatMap((value) => [value, value]));

const solve = (problems: Problem[]) => solveProblems(problems, { backend: "cpu", threads: 1 });
const solutionOf = (result: SolveResult | undefined): Solution => (result as { solution: Solution }).solution;

/** The posterior of a line with known noise: (X'X/s^2 + P)^-1, and its mean. */
function posterior(sds: readonly number[]) {
  const design = new Matrix(Array.from(x, (at) => [1, at]));
  const precision = Matrix.diag(sds.map((sd) => 1 / sd ** 2));
  const spread = inverse(
    design
      .transpose()
      .mmul(design)
      .div(noise ** 2)
      .add(precision),
  );
  const pull = design
    .transpose()
    .mmul(Matrix.columnVector(y))
    .div(noise ** 2)
    .add(precision.mmul(Matrix.columnVector([0.7, -0.3])));
  return { mean: spread.mmul(pull).to1DArray(), errors: spread.diagonal().map(Math.sqrt) };
}

test("a line with priors is a ridge regression: estimate, standard errors and profile are those of the closed form", async () => {
  const problem = { ...line, priors, noise };
  const solution = solutionOf((await solve([problem]))[0]);
  const { mean, errors } = posterior([0.02, 0.05]);
  mean.forEach((value, p) => {
    expect(solution.parameters[p]).toBeCloseTo(value, 10);
  });
  const fit = { problem, parameters: solution.parameters, runs };
  const own = parameterErrors(fit).standardErrors;
  errors.forEach((error, p) => {
    expect(own[p]! / error).toBeCloseTo(1, 10);
  });
  const linear = linearise(fit);
  if ("reason" in linear) throw new Error(linear.reason);
  const [profiles] = await profileFits(solve, [{ linear, solution }], { level: 0.9 });
  const t = 2.131846786326649; // of 4 degrees of freedom
  profiles!.forEach((profile, p) => {
    if ("reason" in profile) throw new Error(profile.reason);
    expect(profile.upper - solution.parameters[p]!).toBeCloseTo(t * errors[p]!, 4);
  });
  const ofPoints = sandwich(linear, "points");
  if ("reason" in ofPoints) throw new Error(ofPoints.reason);
  // What the priors say alone is there whatever the residuals.
  const alone = { ...linear, influence: linear.influence.map(() => 0) };
  const known = sandwich(alone, "points");
  if ("reason" in known) throw new Error(known.reason);
  standardErrors(known).forEach((error, p) => {
    expect(error).toBeGreaterThan(0);
    expect(error).toBeLessThan(errors[p]!);
  });
});

test("a prior of great width is none", async () => {
  const wide = priors.map((prior) => ({ ...prior, sd: 1e9 }));
  const [without, within] = (await solve([line, { ...line, priors: wide, noise }])).map(solutionOf);
  within!.parameters.forEach((value, p) => {
    expect(value).toBeCloseTo(without!.parameters[p]!, 11);
  });
});

test("the noise is that of the fit without priors, and a prior that contradicts the points does not change it", async () => {
  const far = [{ parameter: "w1", centre: 3, sd: 0.05 }];
  const [near, away] = await solveWeighed(
    [
      { ...line, priors },
      { ...line, priors: far },
    ],
    solve,
    () => runs,
  );
  const expected = Math.sqrt((2 * 0.0024353826030084997) / 4);
  for (const result of [near, away]) expect(solutionOf(result).noise).toBeCloseTo(expected, 10);
  // Every point twice, in one run: it says no more.
  const twice = { variables: [pairs(x)], response: pairs(y) };
  const [alike] = await solveWeighed([{ ...line, ...twice, priors }], solve, () => ({
    ...runs,
    runLengths: runs.runLengths.map(() => 2),
  }));
  expect(solutionOf(alike).noise).toBeCloseTo(Math.sqrt((2 * 2 * 2 * 0.0024353826030084997) / 10), 10);
  const two = { variables: [x.slice(0, 2)], response: y.slice(0, 2) };
  const [few] = await solveWeighed([{ ...line, ...two, priors }], solve, () => runs);
  expect(few).toEqual({ skipped: { reason: expect.stringContaining("give the standard errors") } });
});

const sizes = [1e8, 3e8, 1e9, 3e9].flatMap((n) => [20, 60, 180].map((d) => [n, n * d] as const));
const ofSizes: Problem = {
  form: getForm("chinchilla"),
  variables: [Float64Array.from(sizes, ([n]) => n), Float64Array.from(sizes, ([, d]) => d)],
  response: Float64Array.from(
    sizes,
    ([n, d], i) => (1.7 + 400 / n ** 0.34 + 410 / d ** 0.28) * (1 + 0.004 * Math.sin(7 * i)),
  ),
  ...{ loss: { kind: "squared" }, residual: "plain", key: "sizes", noise: 0.01 },
};

test("priors move with the units of the solver, and those of two parameters in them stay in the units of the table", () => {
  const simple = {
    ...ofSizes,
    priors: [
      { parameter: "alpha", centre: 0.3, sd: 0.02 },
      { parameter: "E", log: true, centre: 0.5, sd: 0.1 },
    ],
  };
  const slanted = { ...ofSizes, priors: [{ parameter: "a", centre: 6, sd: 0.5 }] };
  const at = Float64Array.of(6, 6.1, 0.33, 0.29, 1.6);
  for (const [problem, isScaled] of [
    [simple, true],
    [slanted, false],
  ] as const) {
    const scaled = scaleProblem(problem);
    expect(scaled.problem.variables[0]![0] === problem.variables[0]![0]).toBe(!isScaled);
    const inTable = scaled.parametersOf(at);
    expect(scaled.objectiveOf(objectiveOf(scaled.problem, at)) / objectiveOf(problem, inTable)).toBeCloseTo(
      1,
      9,
    );
  }
});

test("the same table in other units is the same fit with the same priors", async () => {
  const known = [
    { parameter: "alpha", centre: 0.3, sd: 0.02 },
    { parameter: "beta", log: true, centre: -1.2, sd: 0.1 },
  ];
  const inMillions = {
    ...ofSizes,
    variables: ofSizes.variables.map((values) => values.map((v) => v / 1e6)),
    priors: known,
    key: "millions",
  };
  const [one, other] = (await solve([{ ...ofSizes, priors: known }, inMillions])).map(solutionOf);
  for (const p of [2, 3, 4]) expect(other!.parameters[p]! / one!.parameters[p]!).toBeCloseTo(1, 8);
});

test.each<[string, Partial<Problem>]>([
  [
    "no parameter gamma for a prior, only a, b, alpha, beta, E",
    { priors: [{ parameter: "gamma", centre: 0, sd: 1 }] },
  ],
  ["alpha has two priors", { priors: [1, 2].map((sd) => ({ parameter: "alpha", centre: 0, sd })) }],
  ["the standard deviation 0; it is finite and > 0", { priors: [{ parameter: "alpha", centre: 0, sd: 0 }] }],
  [
    "squared near 0 (squared, huber, asymmetric-huber)",
    { loss: { kind: "l1" }, priors: [{ parameter: "alpha", centre: 0, sd: 1 }] },
  ],
])("refuses: %s", (reason, part) => {
  expect(whyUnsolvable({ ...ofSizes, ...part })).toContain(reason);
});

test.skipIf(cxx === undefined)("a problem whose noise is not known is not solved", async () => {
  const [result] = await solve([{ ...line, priors }]);
  expect(result).toEqual({ skipped: { reason: expect.stringContaining("noise") } });
});

test("responses and priors are drawn about the fit where responses are moved", () => {
  const fitted = Float64Array.of(0.7, -0.25);
  const logarithm: Prior = { parameter: "w0", log: true, centre: 0, sd: 0.1 };
  const posed = withResiduals(
    { ...line, priors: [logarithm, priors[1]!], noise },
    fitted,
    y.map(() => 0),
    y.length,
  );
  expect(posed.priors).toEqual([
    { ...logarithm, centre: Math.log(0.7) },
    { ...priors[1], centre: -0.25 },
  ]);
});
