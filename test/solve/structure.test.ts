import { describe, expect, test } from "vitest";
import { getForm } from "../../src/forms/registry.ts";
import { openNative } from "../../src/solve/native.ts";
import { packProblem, searchRequest, variantOf } from "../../src/solve/pack.ts";
import type { Problem } from "../../src/solve/problem.ts";
import { mostStructured, structuredStarts } from "../../src/solve/search/structure.ts";
import { solveProblems } from "../../src/solve/solve.ts";
import { scaleProblem } from "../../src/solve/units.ts";
import { mean } from "../../src/statistics.ts";
import { conformanceProblem } from "../../src/throughput/conformance-problems.ts";
import { cxx } from "../kernels/toolchains.ts";

const huber = { kind: "huber", delta: 1e-2 } as const;
const chinchilla = conformanceProblem("chinchilla", "log", huber, 24).problem;

/** The answer to some starts of a problem, of which the first eight are those from its structure. */
async function solveStructured(given: Problem, firstStart: number, count: number, structured = 8) {
  const backend = await openNative(1);
  if ("reason" in backend) throw new Error(backend.reason);
  try {
    const { problem } = scaleProblem(given);
    const kernel = await backend.kernel(variantOf(problem));
    const range = { firstStart, count, starts: count, firstResample: 0, each: true, structured };
    return await kernel.solve(searchRequest(problem, packProblem(problem), {}, range));
  } finally {
    await backend.close();
  }
}

describe.skipIf(cxx === undefined)("starts from a form's structure (skipped without a C++ compiler)", () => {
  test.each([
    ["chinchilla", "log", huber],
    ["sigmoid", "plain", huber],
    ["saturation", "plain", { kind: "squared" }],
  ] as const)(
    "%s, %s: the lowest cell leads to the best of 64 random starts",
    async (name, residual, loss) => {
      const { problem } = conformanceProblem(name, residual, loss, 24);
      const answer = await solveStructured(problem, 0, 72);
      const best = Math.min(...answer.objective);
      expect(answer.objective[0]! / best).toBeCloseTo(1, 9);
      expect(answer.lowestCell[0]!).toBeGreaterThanOrEqual(best * (1 - 1e-9));
      expect([...answer.lowestCell.subarray(8)].every((cell) => cell === 1e300)).toBe(true);
    },
  );

  test("random starts are the same beside them, and their own do not depend on how requests are cut", async () => {
    const all = await solveStructured(chinchilla, 0, 24);
    const random = await solveStructured(chinchilla, 0, 16, 0);
    expect(all.objective.subarray(8)).toEqual(random.objective);
    const part = await solveStructured(chinchilla, 5, 6);
    expect(part.objective).toEqual(all.objective.subarray(5, 11));
    expect(part.lowestCell.subarray(0, 3)).toEqual(all.lowestCell.subarray(5, 8));
  });

  test("the order of the points, and points twice in place of twice their weight, change nothing but rounding", async () => {
    const place = chinchilla.response.map((_, i) => (i * 7) % 24);
    const taken = (values: Float64Array, twice: boolean) =>
      Float64Array.from([...place, ...(twice ? place.subarray(0, 5) : [])], (i) => values[i]!);
    const weights = Float64Array.from(place, (_, i) => (i < 5 ? 2 : 1));
    const [one, two] = [false, true].map((twice) => ({
      ...chinchilla,
      variables: chinchilla.variables.map((values) => taken(values, twice)),
      response: taken(chinchilla.response, twice),
      ...(!twice && { weights }),
    }));
    const [a, b] = [await solveStructured(one!, 0, 8), await solveStructured(two!, 0, 8)];
    expect(Math.min(...b.objective) / Math.min(...a.objective)).toBeCloseTo(1, 9);
  });

  test("bounds hold in the starts and a fixed parameter is no axis", async () => {
    const fixed = {
      ...chinchilla,
      lower: Float64Array.of(-1e308, -1e308, 0.3, 0, 0.5),
      upper: Float64Array.of(1e308, 1e308, 0.3, 1, 0.5),
    };
    const answer = await solveStructured(fixed, 0, 8);
    expect(answer.objective.every((objective) => objective < 1e300)).toBe(true);
    expect(answer.parameters[4]).toBeGreaterThan(0);
  });

  test("a solution says the lowest cell; forms without structure have none", async () => {
    const kaplan = conformanceProblem("kaplan", "log", huber, 24).problem;
    expect(mostStructured(kaplan)).toBe(0);
    expect(mostStructured(chinchilla)).toBe(16);
    expect(structuredStarts(chinchilla, { structuredPoints: 24 })).toBe(4);
    expect(structuredStarts(chinchilla, { structuredPoints: 23 })).toBe(0);
    const solved = await solveProblems([chinchilla, kaplan], { backend: "native", threads: 1 });
    const [first, second] = solved.map((result) => ("solution" in result ? result.solution : undefined));
    expect(first!.lowestCell!).toBeGreaterThanOrEqual(first!.objective * (1 - 1e-9));
    expect(second!.lowestCell).toBeUndefined();
  });

  test.each([10, 18, 26])(
    "a step among data without a trend is found, which hardly a random start meets (data %i)",
    async (seed) => {
      const problem = stepAmongNoise(seed);
      const [result] = await solveProblems([problem], { backend: "native", threads: 1 });
      expect("solution" in result! && result.solution.objective).toBeLessThanOrEqual(
        lowestOfSteps(problem) * (1 + 1e-9),
      );
    },
  );
});

/** Scores that fall by a step at 1.23 and slowly beyond, with noise of four times the step. */
function stepAmongNoise(seed: number): Problem {
  let state = seed * 7919;
  const noise = (): number => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648 - 0.5;
  };
  const losses = Float64Array.from({ length: 80 }, (_, i) => 0.8 + i * 0.01);
  const score = (loss: number): number =>
    0.62 - (loss > 1.23 ? 0.03 : 0) - 0.1 / (1 + Math.exp(-4 * (loss - 1.5))) + 0.12 * noise();
  return {
    form: getForm("sigmoid"),
    variables: [losses],
    response: losses.map(score),
    loss: { kind: "squared" },
    residual: "plain",
    key: `step${seed}`,
  };
}

/** The lowest objective of a step between two neighbouring points, by the means on both sides. */
function lowestOfSteps({ response }: Problem): number {
  const squares = (values: Float64Array): number =>
    values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0);
  const steps = Array.from(response.subarray(1), (_, i) => [
    response.subarray(0, i + 1),
    response.subarray(i + 1),
  ]);
  return steps.reduce(
    (least, [left, right]) => Math.min(least, (squares(left!) + squares(right!)) / 2),
    Number.POSITIVE_INFINITY,
  );
}
