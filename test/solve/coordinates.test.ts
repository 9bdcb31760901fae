import { describe, expect, test } from "vitest";
import { forms, getForm } from "../../src/forms/registry.ts";
import type { Problem, Solution } from "../../src/solve/problem.ts";
import { solveProblems, solveStarts } from "../../src/solve/solve.ts";
import { solvedForm } from "../../src/solve/units.ts";

async function solved(problem: Problem, starts = 64): Promise<Solution> {
  const [result] = await solveProblems([problem], { backend: "cpu", starts });
  if (!result || "skipped" in result) throw new Error(result?.skipped.reason);
  return result.solution;
}

describe.each([...forms.values()].filter(({ coordinates }) => coordinates !== undefined))(
  "the coordinates of $name",
  (record) => {
    const form = getForm(record.name);
    const { coordinates, example } = record;
    const inOther = form.inCoordinates!;
    const own = { ...example.parameters };
    const other: Record<string, number> = { ...own, ...coordinates!.to(own) };

    test("lead back to its own parameters", () => {
      const back: Record<string, number> = { ...other, ...coordinates!.from(other) };
      for (const [name, value] of Object.entries(own)) expect(back[name]).toBeCloseTo(value, 9);
    });

    test("have its values", () => {
      for (const x of [0.3, 1, 2.5]) {
        const point = form.variableNames.map((_, v) => x + v / 3);
        const value = inOther.value(
          inOther.parameterNames.map((name) => other[name]!),
          point,
        );
        expect(value).toBeCloseTo(form.value(Object.values(own), point), 12);
      }
    });
  },
);

/** A grid of sizes; the score is a sigmoid of logarithms of both, which the form reaches only at exponents of 0. */
function logarithmic(): Problem {
  const sizes = [2e8, 4e8, 7e8, 1.3e9].flatMap((n) =>
    [10, 20, 50, 100].map((ratio) => [n, ratio * n] as const),
  );
  const score = (n: number, d: number) =>
    0.95 - 0.7 / (1 + Math.exp(0.9 * Math.log(n / 5e8) + 0.5 * Math.log(d / 2e10) - 0.8));
  return {
    form: getForm("single-step"),
    variables: [Float64Array.from(sizes, ([n]) => n), Float64Array.from(sizes, ([, d]) => d)],
    response: Float64Array.from(sizes, ([n, d], i) => score(n, d) * (1 + 0.004 * Math.sin(7 * i))),
    loss: { kind: "huber", delta: 1e-3 },
    residual: "log",
    key: "logarithmic",
  };
}

describe("a single step whose best exponents are 0", () => {
  test("ends at the limit, met by most starts, with a prediction that is finite", async () => {
    const problem = logarithmic();
    const { termination, startAgreement, parameters, gradientNorm } = await solved(problem);
    expect(termination).toBe("limit");
    expect(startAgreement).toBeGreaterThan(0.5);
    expect(gradientNorm).toBeLessThan(1e-8);
    const predicted = problem.form.value(parameters, [7e9, 4e12]);
    expect(predicted).toBeGreaterThan(0.9);
    expect(predicted).toBeLessThan(1);
  });

  test("with a bound on a scale is solved in the form's own parameters, inside it", async () => {
    const problem = logarithmic();
    const bounded = { ...problem, upper: problem.form.upper.with(0, 12) };
    expect(solvedForm(problem)).toBe(problem.form.inCoordinates);
    expect(solvedForm(bounded)).toBe(problem.form);
    expect((await solved(bounded)).parameters[0]).toBeLessThanOrEqual(12);
  });

  test("with an exponent held within other bounds keeps those", async () => {
    const problem = logarithmic();
    const alpha = problem.form.parameterNames.indexOf("alpha");
    const held = { lower: problem.form.lower.with(alpha, 0.2), upper: problem.form.upper.with(alpha, 0.2) };
    expect((await solved({ ...problem, ...held })).parameters[alpha]).toBe(0.2);
  });
});

test("a log-sigmoid on a bent line ends at the corner: where no step helps it is a limit and no stall", async () => {
  const x = Float64Array.from({ length: 60 }, (_, i) => 0.5 + i / 40);
  const form = getForm("log-sigmoid");
  const problem: Problem = {
    form,
    variables: [x],
    response: x.map((value, i) => 1 - 0.8 * Math.max(0, value - 1.0125) + 0.002 * Math.sin(5 * i)),
    loss: { kind: "squared" },
    residual: "plain",
    key: "corner",
  };
  const { termination, parameters, objective } = await solved(problem);
  expect(["gradient", "objective", "limit"]).toContain(termination);
  expect(parameters[1]).toBeCloseTo(1.0125, 2);
  const corner = problem.response.reduce(
    (sum, y, i) => sum + (y - 1 + 0.8 * Math.max(0, x[i]! - 1.0125)) ** 2 / 2,
    0,
  );
  expect(objective).toBeLessThanOrEqual(corner);
});

test("a log-sigmoid whose steepness is held is solved by its value at the largest input, and does not crawl to infinity", async () => {
  const form = getForm("log-sigmoid");
  const x = Float64Array.from({ length: 60 }, (_, i) => 0.5 + i / 40);
  const problem: Problem = {
    ...{
      form,
      variables: [x],
      response: x.map((value, i) => 1 - 0.05 * Math.exp(0.9 * value) + 0.002 * Math.sin(5 * i)),
    },
    ...{ loss: { kind: "squared" }, residual: "plain", key: "held steepness" },
    lower: form.lower.with(2, 0.8),
    upper: form.upper.with(2, 0.8),
  };
  expect(solvedForm(problem)).toBe(form.inCoordinates);
  const { termination, parameters, iterations } = await solved(problem, 8);
  expect(termination).not.toBe("iterations");
  expect(iterations).toBeLessThan(600);
  expect(parameters[2]).toBe(0.8);
});

test("at a corner, where nothing depends on the width of the bend, all starts go on to the best value and place of it", async () => {
  let state = 3 * 7919;
  const noise = () => {
    state = (state * 48271) % 2147483647;
    return 0.05 * (state / 2147483647 - 0.5);
  };
  const x = Float64Array.from({ length: 200 }, (_, i) => 0.2 + (0.8 * i) / 199);
  const response = x.map((value) => 1 - 1.1 * Math.max(0, value - 0.45) + noise());
  const problem: Problem = {
    ...{ form: getForm("log-sigmoid"), variables: [x], response, key: "corner3" },
    ...{ loss: { kind: "squared" }, residual: "plain" },
  };
  const { objective, iterations } = await solveStarts(problem, { backend: "cpu", starts: 64 });
  const best = Math.min(...objective);
  expect(objective.filter((end) => end > best * (1 + 1e-9))).toHaveLength(0);
  // A fit that tries ever shorter steps of the width takes about 28.
  expect(iterations.reduce((sum, each) => sum + each, 0) / 64).toBeLessThan(20);
});
