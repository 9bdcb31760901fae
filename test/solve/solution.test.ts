import { describe, expect, test } from "vitest";
import type { Problem, Solution, SolveOptions, SolveResult } from "../../src/solve/problem.ts";
import { terminations } from "../../src/solve/problem.ts";
import { solveProblems, solveStarts } from "../../src/solve/solve.ts";
import { quickForm } from "../forms/helpers.ts";
import { cxx } from "../kernels/toolchains.ts";
import { cases, problemOf } from "./cases.ts";

const caseOf = (name: string) => cases.find(({ form }) => form.name === name)!;

async function solve(problem: Problem, options: SolveOptions): Promise<SolveResult> {
  return (await solveProblems([problem], options))[0]!;
}

async function solved(
  problem: Problem,
  options: SolveOptions = { backend: "cpu", starts: 64, kernels: "auto" },
): Promise<Solution> {
  const result = await solve(problem, options);
  if ("skipped" in result) throw new Error(result.skipped.reason);
  return result.solution;
}

function own(
  expression: string,
  parameters: string,
  response: number[],
  more: Partial<Problem> = {},
): Problem {
  return {
    form: quickForm(expression, parameters),
    variables: [Float64Array.from(response, (_, i) => i + 1)],
    response: Float64Array.from(response),
    loss: { kind: "squared" },
    residual: "plain",
    key: expression,
    ...more,
  };
}

describe("what a solution tells", () => {
  const problem = problemOf(caseOf("sigmoid"), { noise: 0.02 });

  test("points, starts and iterations are counted", async () => {
    const { points, starts, totalIterations, iterations } = await solved(problem);
    expect([points, starts]).toEqual([25, 64]);
    expect(totalIterations).toBeGreaterThan(64);
    expect(iterations).toBeLessThan(totalIterations);
  });

  test("the share of starts that agree is that of all starts within 1e-6 of the best", async () => {
    const { startAgreement } = await solved(problem);
    const { objective } = await solveStarts(problem, { backend: "cpu", starts: 64 });
    const near = objective.filter((value) => value <= Math.min(...objective) * (1 + 1e-6)).length;
    expect(startAgreement).toBe(near / 64);
    expect(startAgreement).toBeGreaterThan(0.5);
  });

  test("starts that meet on a perfect fit agree, although its objective is rounding noise", async () => {
    expect((await solved(problemOf(caseOf("linear")))).startAgreement).toBe(1);
  });

  test("a well-posed fit has a small condition number and no flat direction", async () => {
    const { conditionNumber, flatDirection } = await solved(problemOf(caseOf("linear"), { noise: 0.02 }));
    // Columns 1 and x, scaled to length 1: the condition number of [[1, c], [c, 1]] is (1 + c)/(1 - c).
    const x = caseOf("linear").points.map(([value]) => value!);
    const c = x.reduce((sum, v) => sum + v, 0) / Math.sqrt(x.length * x.reduce((sum, v) => sum + v * v, 0));
    expect(conditionNumber / ((1 + c) / (1 - c))).toBeCloseTo(1, 9);
    expect(flatDirection).toEqual([]);
  });

  test("more points than a function takes arguments are no trouble", async () => {
    const points = Array.from({ length: 200_000 }, (_, i) => [i / 1e5]);
    const { parameters } = await solved(problemOf({ ...caseOf("linear"), points }, { noise: 0.02 }), {
      backend: "cpu",
      starts: 1,
    });
    expect(parameters[1]).toBeCloseTo(0.7, 2);
  });

  test("given starts come before the random ones, and count", async () => {
    const given = [Float64Array.from(caseOf("sigmoid").truth)];
    const options = { backend: "cpu", starts: 3, seed: 4 } as const;
    const withGiven = await solveStarts({ ...problem, givenStarts: given }, options);
    const without = await solveStarts(problem, options);
    expect(withGiven.objective).toHaveLength(4);
    expect(withGiven.parameters.slice(4)).toEqual(without.parameters);
    const { starts } = await solved({ ...problem, givenStarts: given }, { ...options, starts: 0 });
    expect(starts).toBe(1);
  });
});

describe.skipIf(cxx === undefined)("forms of a user's own (skipped without a C++ compiler)", () => {
  /** One interpreter for each number of parameters, in place of a kernel for each form: the same bits. */
  const native = { backend: "native", starts: 16, kernels: "interpreted" } as const;

  test("a redundant parameter is a flat valley, said with its names", async () => {
    const { conditionNumber, flatDirection, objective } = await solved(
      own("y = (a + b)*x + c*x^2", "a b c", [3, 5, 8, 14, 19, 29]),
      native,
    );
    expect(conditionNumber).toBeGreaterThan(1e10);
    expect(flatDirection.toSorted()).toEqual(["a", "b"]);
    const reference = await solved(own("y = a*x + c*x^2", "a c", [3, 5, 8, 14, 19, 29]), native);
    expect(objective / reference.objective).toBeCloseTo(1, 9);
  });

  test("a parameter without any effect at the solution is a flat direction of its own", async () => {
    const { conditionNumber, flatDirection } = await solved(
      own("y = a*x + max(b - 10, 0)", "a b", [1, 2.1, 2.9, 4.2]),
      native,
    );
    expect(conditionNumber).toBe(Infinity);
    expect(flatDirection).toEqual(["b"]);
  });

  test("a form that is not finite at any start is skipped with the reason", async () => {
    const result = await solve(own("y = ln(a*b - 10)*x", "a b", [1, 2, 3]), native);
    expect(result).toEqual({
      skipped: { reason: expect.stringContaining("is not finite at any of 16 starts") },
    });
  });

  test("starts that are not finite are marked, and the others go on", async () => {
    const problem = own("y = ln(a - 1.25)*x + b", "a b", [1, 2.1, 2.9]);
    const { termination, objective } = await solveStarts(problem, { ...native, starts: 100 });
    const undefinedStarts = termination.filter((code) => terminations[code] === "undefined").length;
    // Starts are uniform in [0.5, 2]: half of them lie below 1.25.
    expect(undefinedStarts).toBeGreaterThan(30);
    expect(undefinedStarts).toBeLessThan(70);
    expect((await solved(problem, native)).objective / Math.min(...objective)).toBeCloseTo(1, 9);
  });
});

describe("terminations", () => {
  const problem = problemOf(caseOf("chinchilla"), {
    noise: 0.02,
    residual: "log",
    loss: { kind: "huber", delta: 0.01 },
  });
  const names = async (one: Problem, iterationLimit: number): Promise<Set<string>> => {
    const { termination } = await solveStarts(one, { backend: "cpu", starts: 100, iterationLimit });
    return new Set(Array.from(termination, (code) => terminations[code]!));
  };

  test("a limit of 3 iterations is reached, and kept", async () => {
    expect(await names(problem, 3)).toEqual(new Set(["iterations"]));
    const { iterations } = await solveStarts(problem, {
      backend: "cpu",
      starts: 100,
      iterationLimit: 3,
    });
    expect(Math.max(...iterations)).toBe(3);
  });

  test("with room to finish, the gradient vanishes or the objective has settled", async () => {
    const found = await names(problem, 600);
    expect(found).toContain("gradient");
    for (const name of found) expect(["gradient", "objective"]).toContain(name);
  });

  test("the solution has the termination of its start", async () => {
    const { termination } = await solved(problem, { backend: "cpu", starts: 4, iterationLimit: 1 });
    expect(termination).toBe("iterations");
  });

  test("the best start goes on from the limit, and the solution says how that ended", async () => {
    expect(await names(problem, 6)).toEqual(new Set(["iterations"]));
    const { termination, iterations } = await solved(problem, {
      backend: "cpu",
      starts: 4,
      iterationLimit: 12,
    });
    expect(termination).toBe("gradient");
    expect(iterations).toBeGreaterThan(6);
  });
});

test("results are in the order of the problems, skipped ones among them", async () => {
  const good = problemOf(caseOf("linear"), { noise: 0.1 });
  const bad = { ...good, response: good.response.with(2, Number.NaN) };
  const other = { ...good, response: good.response.map((y) => 3 * y) };
  const progress: number[] = [];
  const results = await solveProblems([good, bad, other, good], {
    backend: "cpu",
    onProgress: (done, total) => progress.push(done / total),
  });
  const objectives = results.map((result) =>
    "solution" in result ? result.solution.objective : result.skipped.reason,
  );
  expect(objectives[1]).toBe("response NaN at point 3 is not finite");
  expect((objectives[2] as number) / (objectives[0] as number)).toBeCloseTo(9, 9);
  expect(objectives[3]).toBe(objectives[0]);
  expect(progress).toEqual([0.25, 0.5, 0.75, 1]);
});
