import { describe, expect, test } from "vitest";
import { getOrInsert } from "../../src/collections.ts";
import { openBackend } from "../../src/solve/backends.ts";
import type { BackendChoice, Problem } from "../../src/solve/problem.ts";
import { terminations } from "../../src/solve/problem.ts";
import { type ReplicateOptions, type Replicates, solveReplicatesOn } from "../../src/solve/resample.ts";
import type { Draw, Resampling } from "../../src/solve/resampling.ts";
import { solveProblems } from "../../src/solve/solve.ts";
import { drawsOf } from "../kernels/draws.ts";
import { cxx, hasPortable } from "../kernels/toolchains.ts";
import { caseOf, problemOf } from "./cases.ts";

// Residual and loss as the ladder's, whose kernels other tests compile too.
const ladders = { residual: "log", loss: { kind: "huber", delta: 0.01 } } as const;
const chinchilla = problemOf(caseOf("chinchilla"), { noise: 0.02, ...ladders });
const many = Array.from({ length: 700 }, (_, i) => [0.4 + 0.002 * i]);
const sigmoid = problemOf({ ...caseOf("sigmoid"), points: many }, { noise: 0.02 });

/** Runs of neighbouring points, in strata. */
function runsOf(problem: Problem, strata: readonly number[], population = "runs"): Resampling {
  const points = problem.response.length;
  const groups = strata.reduce((sum, size) => sum + size, 0);
  const group = Int32Array.from({ length: points }, (_, i) => Math.floor((i * groups) / points));
  return { population, draw: { kind: "groups", group, strata } };
}

/** What each replicate's own problem is solved to from many starts, on the native backend; made once for both backends. */
const references = new Map<string, ReturnType<typeof solveProblems>>();

/** Four runs of as many points as there are, and one point of no run. */
function inRuns(
  problem: Problem,
  draw: (runs: { runLengths: number[]; residual: Float64Array }) => Draw,
): Resampling {
  const points = problem.response.length;
  const length = Math.floor((points - 1) / 4);
  const residual = Float64Array.from({ length: points }, (_, i) => 0.03 * Math.sin(5 * i));
  return {
    population: "runs",
    draw: draw({ runLengths: [length, length, length, points - 1 - 3 * length], residual }),
  };
}

/** The problem that a resample's numbers make of it. */
function resampled(problem: Problem, { draw }: Resampling, numbers: readonly number[], key: string): Problem {
  if (draw.kind === "groups" || draw.kind === "blocks") {
    const weight = (i: number): number => numbers[draw.kind === "groups" ? draw.group[i]! : i]!;
    return { ...problem, weights: problem.response.map((_, i) => weight(i)), key };
  }
  const moved = (y: number, by: number): number => (problem.residual === "log" ? y * Math.exp(by) : y + by);
  return { ...problem, response: problem.response.map((y, i) => moved(y, numbers[i]!)), key };
}

async function replicate(
  backend: BackendChoice,
  problem: Problem,
  resampling: Resampling,
  options: ReplicateOptions,
  threads = 1,
): Promise<Replicates> {
  const opened = await openBackend(backend, threads);
  try {
    return await solveReplicatesOn(opened, problem, resampling, options);
  } finally {
    await opened.close();
  }
}

const cases: readonly (readonly [string, Problem, Resampling])[] = [
  ["chinchilla, runs", chinchilla, runsOf(chinchilla, [16])],
  ["chinchilla, runs in strata", chinchilla, runsOf(chinchilla, [4, 4, 8])],
  ["sigmoid of 700 points, runs", sigmoid, runsOf(sigmoid, [20])],
  [
    "sigmoid of 700 points, blocks",
    sigmoid,
    inRuns(sigmoid, ({ runLengths }) => ({ kind: "blocks", runLengths, strata: [4], blockLength: 25 })),
  ],
  ["chinchilla, wild", chinchilla, inRuns(chinchilla, (runs) => ({ kind: "wild", ...runs }))],
  ["chinchilla, residuals", chinchilla, inRuns(chinchilla, (runs) => ({ kind: "residual", ...runs }))],
  [
    "sigmoid of 700 points, parametric",
    sigmoid,
    inRuns(sigmoid, (runs) => ({ kind: "parametric", ...runs, betweenRuns: 0.01, withinRuns: 0.02 })),
  ],
];

describe.each(["native", "portable"] as const)("%s backend", (backend) => {
  const absent = backend === "native" ? cxx === undefined : !hasPortable;
  describe.skipIf(absent)("(skipped where it is absent)", () => {
    test.skipIf(cxx === undefined).each(cases)(
      "%s: a replicate is the fit of what was drawn",
      async (name, problem, resampling) => {
        const options = { replicates: 6, firstReplicate: 3, starts: 40, seed: 5 };
        const found = await replicate(backend, problem, resampling, options);
        const draws = drawsOf(problem, resampling, { seed: 5, first: 3, count: 6 });
        const alone = draws.map((numbers, r) => resampled(problem, resampling, numbers, `replicate ${r}`));
        const wanted = await getOrInsert(references, name, () =>
          solveProblems(alone, { backend: "native", starts: 200 }),
        );
        for (const [r, result] of wanted.entries()) {
          if (!("solution" in result)) throw new Error(result.skipped.reason);
          expect(terminations[found.termination[r]!]).not.toBe("undefined");
          expect(Math.abs(found.objective[r]! / result.solution.objective - 1)).toBeLessThan(1e-6);
        }
      },
    );

    test.skipIf(cxx === undefined)(
      "from the fit of the data, few evaluations end at the minimum",
      async () => {
        const [whole] = await solveProblems([sigmoid], { backend });
        if (!("solution" in whole!)) throw new Error("the data have no fit");
        const problem = { ...sigmoid, givenStarts: [whole.solution.parameters] };
        const resampling = runsOf(problem, [20]);
        const found = await replicate(backend, problem, resampling, { replicates: 20, starts: 0 });
        const draws = drawsOf(problem, resampling, { seed: 0, first: 1, count: 20 });
        const alone = draws.map((numbers, r) => resampled(problem, resampling, numbers, `replicate ${r}`));
        const wanted = await solveProblems(alone, { backend, starts: 0 });
        wanted.forEach((result, r) => {
          if (!("solution" in result)) throw new Error(result.skipped.reason);
          expect(found.objective[r]! / result.solution.objective - 1).toBeLessThan(1e-9);
        });
        expect(Math.max(...found.iterations)).toBeLessThanOrEqual(4);
      },
    );

    test("the bits do not depend on how many replicates are asked for at once, nor on the threads", async () => {
      const resampling = runsOf(chinchilla, [16]);
      const problem = { ...chinchilla, givenStarts: [Float64Array.of(5, 6, 0.3, 0.3, 0.5)] };
      const whole = await replicate(backend, problem, resampling, { replicates: 150 });
      expect(await replicate(backend, problem, resampling, { replicates: 150 }, 2)).toEqual(whole);
      const few = await replicate(backend, problem, resampling, { replicates: 7, firstReplicate: 101 });
      for (const [name, values] of Object.entries(few)) {
        const width = values.length / 7;
        const all: Float64Array | Int32Array = whole[name as keyof Replicates];
        expect(values).toEqual(all.slice(100 * width, 107 * width));
      }
      expect(new Set(whole.objective).size).toBe(150);
      // The given start wins some replicates, fresh ones others.
      expect(new Set(whole.best).size).toBeGreaterThan(1);
    });
  });
});

test("problems on the same runs see the same draws", async () => {
  // A mean of one number a run: the replicate's parameter says what was drawn.
  const constant = (values: readonly number[]): Problem => ({
    ...problemOf(caseOf("linear"), {}),
    variables: [Float64Array.from(values, (_, i) => i % 2)],
    response: Float64Array.from(values),
    loss: { kind: "squared" },
    residual: "plain",
    key: values.join(),
  });
  const values = Array.from({ length: 12 }, (_, i) => Math.sin(i + 1));
  const one = constant(values);
  const double = constant(values.map((value) => 2 * value));
  const runs = (population: string) => runsOf(one, [12], population);
  const options = { replicates: 50 };
  const [first, second, other] = await Promise.all([
    replicate("cpu", one, runs("a"), options),
    replicate("cpu", double, runs("a"), options),
    replicate("cpu", one, runs("b"), options),
  ]);
  const close = (a: Replicates, b: Replicates, factor: number) =>
    a.parameters.filter((value, i) => Math.abs(b.parameters[i]! - factor * value) < 1e-6).length;
  expect(close(first, second, 2)).toBe(100);
  expect(close(first, other, 1)).toBeLessThan(20);
});

describe("resamplings that do not match are refused", () => {
  const runs = { runLengths: [8, 8], residual: new Float64Array(16) };
  test.each<[string, Draw, string]>([
    [
      "too few points",
      { kind: "groups", group: new Int32Array(3), strata: [1] },
      "groups of 3 points for 16 points",
    ],
    [
      "a group beyond the strata",
      { kind: "groups", group: new Int32Array(16).fill(15), strata: [8, 7] },
      "a point of group 15; there are groups 0 to 14",
    ],
    ["runs of more points", { kind: "wild", ...runs, runLengths: [9, 8] }, "runs of 17 points for 16 points"],
    [
      "residuals of other points",
      { kind: "residual", ...runs, residual: new Float64Array(15) },
      "residuals of 15 points for 16 points",
    ],
    [
      "strata of more runs",
      { kind: "blocks", ...runs, strata: [3], blockLength: 2 },
      "strata of 3 runs for 2 runs",
    ],
    ["blocks of nothing", { kind: "blocks", ...runs, strata: [2], blockLength: 0 }, "blocks of 0 points"],
  ])("%s", async (_, draw, message) => {
    const wrong = { population: "runs", draw };
    await expect(replicate("cpu", chinchilla, wrong, { replicates: 1 })).rejects.toThrow(message);
  });

  test("no start at all", async () => {
    await expect(
      replicate("cpu", chinchilla, runsOf(chinchilla, [16]), { replicates: 1, starts: 0 }),
    ).rejects.toThrow("replicates need a given start or a random one");
  });
});
