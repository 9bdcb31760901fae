import { afterAll, describe, expect, test } from "vitest";
import { getForm } from "../../src/forms/registry.ts";
import { linearise } from "../../src/identifiability/linearise.ts";
import { type Profile, profileFits, type Solve } from "../../src/identifiability/profile.ts";
import type { PointRuns } from "../../src/methods/method.ts";
import { openBackend } from "../../src/solve/backends.ts";
import type { Problem } from "../../src/solve/problem.ts";
import { solveProblemsOn } from "../../src/solve/solve.ts";
import { expectClose } from "../intervals/close.ts";
import { curvedProblem, fourRuns, lineProblem, onePointEach } from "./examples.ts";
import { known } from "./known.ts";

const backend = await openBackend("auto", 1);
afterAll(() => backend.close());
const solve: Solve = (problems, options) => solveProblemsOn(backend, problems, options);

async function profilesOf(problem: Problem, runs: PointRuns, level = 0.9): Promise<Profile[]> {
  const [result] = await solve([problem], { starts: 64 });
  const { solution } = result as Extract<typeof result, { solution: unknown }>;
  const linear = known(linearise({ problem, parameters: solution.parameters, runs }));
  const [profiles] = await profileFits(solve, [{ linear, solution }], { level });
  return profiles!.map(known);
}

function expectEnds({ lower, upper }: Profile, ends: readonly [number, number], relative = 1e-3): void {
  const share = relative * (ends[1] - ends[0]);
  expect(Math.abs(lower - ends[0]), `${lower} against ${ends[0]}`).toBeLessThanOrEqual(share);
  expect(Math.abs(upper - ends[1]), `${upper} against ${ends[1]}`).toBeLessThanOrEqual(share);
}

describe("a straight line", () => {
  test("points independent: the interval of Student's t", async () => {
    const profiles = await profilesOf(lineProblem(), onePointEach(12));
    expectEnds(profiles[0]!, [0.9304755897422142, 1.3754904209912353], 1e-6);
    expectEnds(profiles[1]!, [0.9677496776505976, 1.1289791748922082], 1e-6);
    expect(profiles[0]).toMatchObject({ kind: "points", lowerOpen: false, upperOpen: false, better: false });
  });

  test("points of runs: t of the runs' freedom and standard errors", async () => {
    const profiles = await profilesOf(lineProblem(), fourRuns);
    expectEnds(profiles[0]!, [0.9593806811570776, 1.346585329576372], 1e-6);
    expectEnds(profiles[1]!, [0.998671453233589, 1.0980573993092169], 1e-6);
    expect(profiles[0]!.kind).toBe("runs");
  });

  test("Huber's loss, against SciPy's profile at the same rise", async () => {
    const profiles = await profilesOf(lineProblem({ kind: "huber", delta: 0.1 }), onePointEach(12));
    expectClose(profiles[0]!.rise, 0.012034051047558536, 1e-7);
    expectEnds(profiles[0]!, [0.9869849017818959, 1.1872943620005656]);
    expectEnds(profiles[1]!, [0.9875955632153798, 1.1545400607084197]);
  });
});

describe("a power law with an offset, against profiles by SciPy", () => {
  test("90 %", async () => {
    const [a, alpha, E] = await profilesOf(curvedProblem(), onePointEach(6));
    expectEnds(a!, [0.3031776877428747, 1.061572332506411]);
    expectEnds(alpha!, [0.24178593946753793, 0.8717000935460711]);
    expectEnds(E!, [0.1741477185246019, 1.7624752642389019]);
  });

  test("99 %: no offset at all is good enough, so its side is open down to the bound", async () => {
    const [, alpha, E] = await profilesOf(curvedProblem(), onePointEach(6), 0.99);
    expectEnds(alpha!, [0.17209367317750454, 1.4626361818778164]);
    expect(E).toMatchObject({ lowerOpen: true, lower: 0, upperOpen: false });
  });

  test("99.9 %: a step is good enough, so the exponent is not bounded above", async () => {
    const [, alpha] = await profilesOf(curvedProblem(), onePointEach(6), 0.999);
    expect(alpha).toMatchObject({ lowerOpen: false, upperOpen: true, upper: Number.POSITIVE_INFINITY });
    expect(alpha!.lower).toBeCloseTo(0.0979809368863352, 4);
  });

  test("a bound before the end leaves the side open there; on it, the other side is looked at", async () => {
    const bounded = { ...curvedProblem(), lower: Float64Array.of(0, 0, 0) };
    const [, before] = await profilesOf({ ...bounded, upper: Float64Array.of(9, 0.7, 9) }, onePointEach(6));
    expect(before).toMatchObject({ lowerOpen: false, upperOpen: true, upper: 0.7 });
    const [, on] = await profilesOf({ ...bounded, upper: Float64Array.of(9, 0.5, 9) }, onePointEach(6));
    expect(on).toMatchObject({ lowerOpen: false, upperOpen: true, upper: 0.5 });
    expect(on!.lower).toBeLessThan(0.3);
  });
});

test("terms that the data do not tell: open on both sides, up to the bounds", async () => {
  // All runs have the same tokens: b and beta trade off without end.
  const sizes = [1e8, 2e8, 4e8, 8e8, 1.6e9, 3.2e9, 6.4e9, 1.28e10];
  const problem: Problem = {
    form: getForm("chinchilla")!,
    variables: [Float64Array.from(sizes), new Float64Array(8).fill(1e11)],
    response: Float64Array.from(sizes, (n, i) => 400 / n ** 0.34 + 1.9 + 0.003 * (-1) ** i),
    loss: { kind: "squared" },
    residual: "log",
    key: "one size of data",
  };
  const [, b, , beta] = await profilesOf(problem, onePointEach(8));
  expect(b).toMatchObject({ lowerOpen: true });
  expect(beta).toMatchObject({ lowerOpen: true, upperOpen: true });
});

test("a fit that is not the optimum is found out", async () => {
  const problem = curvedProblem();
  const mean = 14 / 6;
  const parameters = Float64Array.of(0, 5, mean);
  const linear = known(linearise({ problem, parameters, runs: onePointEach(6) }));
  const residual = problem.response.map(
    (y, i) => problem.form.value(parameters, [problem.variables[0]![i]!]) - y,
  );
  const objective = residual.reduce((sum, r) => sum + (r * r) / 2, 0);
  const [profiles] = await profileFits(solve, [{ linear, solution: { parameters, objective } }]);
  expect(known(profiles![0]!).better).toBe(true);
});

test("a perfect fit, a fixed parameter and too few points have reasons", async () => {
  const perfect = { ...lineProblem(), response: lineProblem().variables[0]!.map((x) => 1 + 2 * x) };
  const fixed = { ...lineProblem(), lower: Float64Array.of(1, -9), upper: Float64Array.of(1, 9) };
  const reasonsOf = async (problem: Problem, parameters: Float64Array, objective: number) => {
    const linear = known(linearise({ problem, parameters, runs: onePointEach(12) }));
    return (await profileFits(solve, [{ linear, solution: { parameters, objective } }]))[0]!;
  };
  const reason = "the fit is perfect: there are no residuals to judge by";
  expect(await reasonsOf(perfect, Float64Array.of(1, 2), 0)).toEqual([{ reason }, { reason }]);
  const [level, slope] = await reasonsOf(fixed, Float64Array.of(1, 1.1), 0.3);
  expect(level).toEqual({ reason: "its bounds are equal" });
  expect(slope).toHaveProperty("lower");
});

test("held fits of all fits are solved together, a round at a time", async () => {
  const sizes: number[] = [];
  const counting: Solve = (problems, options) => {
    sizes.push(problems.length);
    return solve(problems, options);
  };
  const problems = [curvedProblem(), lineProblem()];
  const solved = await solve(problems, { starts: 64 });
  const fits = problems.map((problem, i) => {
    const { solution } = solved[i] as { solution: { parameters: Float64Array; objective: number } };
    const runs = onePointEach(problem.response.length);
    return { linear: known(linearise({ problem, parameters: solution.parameters, runs })), solution };
  });
  await profileFits(counting, fits);
  // Three and two parameters, two sides each.
  expect(sizes[0]).toBe(10);
  expect(sizes.length).toBeLessThan(12);
});
