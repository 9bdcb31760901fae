import { describe, expect, test } from "vitest";
import { openBackend } from "../../src/solve/backends.ts";
import { packProblem, type Resampling } from "../../src/solve/pack.ts";
import type { BackendName, Problem } from "../../src/solve/problem.ts";
import { terminations } from "../../src/solve/reduce.ts";
import { type ReplicateOptions, type Replicates, solveReplicatesOn } from "../../src/solve/resample.ts";
import { solveProblems } from "../../src/solve/solve.ts";
import { drawsOf } from "../kernels/draws.ts";
import { cxx } from "../kernels/toolchains.ts";
import { caseOf, problemOf } from "./cases.ts";

const chinchilla = problemOf(caseOf("chinchilla"), { noise: 0.02 });
const many = Array.from({ length: 1400 }, (_, i) => [0.4 + 0.001 * i]);
const sigmoid = problemOf({ ...caseOf("sigmoid"), points: many }, { noise: 0.02 });

/** Runs of neighbouring points, in strata. */
function runsOf(problem: Problem, strata: readonly number[], population = "runs"): Resampling {
  const points = problem.response.length;
  const groups = strata.reduce((sum, size) => sum + size, 0);
  return {
    population,
    strata,
    group: Int32Array.from({ length: points }, (_, i) => Math.floor((i * groups) / points)),
  };
}

async function replicate(
  backend: BackendName,
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

const cases = [
  ["chinchilla", chinchilla, [16]],
  ["chinchilla in strata", chinchilla, [4, 4, 8]],
  ["sigmoid of 1,400 points", sigmoid, [20]],
] as const;

describe.each(["native", "portable"] as const)("%s backend", (backend) => {
  describe.skipIf(backend === "native" && cxx === undefined)("(native is skipped without a compiler)", () => {
    test.skipIf(cxx === undefined).each(cases)(
      "%s: a replicate is the fit with the runs' counts as weights",
      async (_, problem, strata) => {
        const resampling = runsOf(problem, strata);
        const { population } = packProblem(problem, resampling);
        const options = { replicates: 6, firstReplicate: 3, starts: 40, seed: 5 };
        const found = await replicate(backend, problem, resampling, options);
        const draws = drawsOf({ seed: 5, population: population!.key, first: 3, count: 6, strata });
        const weighted = draws.map(
          (counts, r): Problem => ({
            ...problem,
            weights: Float64Array.from(resampling.group, (group) => counts[group]!),
            key: `replicate ${r}`,
          }),
        );
        const wanted = await solveProblems(weighted, { backend, starts: 200 });
        for (const [r, result] of wanted.entries()) {
          if (!("solution" in result)) throw new Error(result.skipped.reason);
          expect(terminations[found.termination[r]!]).not.toBe("undefined");
          expect(Math.abs(found.objective[r]! / result.solution.objective - 1)).toBeLessThan(1e-6);
        }
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
    replicate("portable", one, runs("a"), options),
    replicate("portable", double, runs("a"), options),
    replicate("portable", one, runs("b"), options),
  ]);
  const close = (a: Replicates, b: Replicates, factor: number) =>
    a.parameters.filter((value, i) => Math.abs(b.parameters[i]! - factor * value) < 1e-6).length;
  expect(close(first, second, 2)).toBe(100);
  expect(close(first, other, 1)).toBeLessThan(20);
});

describe("groups that do not match are refused", () => {
  test.each([
    ["too few points", { group: new Int32Array(3) }, "groups of 3 points for 16 points"],
    ["a group beyond the strata", { strata: [8, 7] }, "a point of group 15; there are groups 0 to 14"],
  ])("%s", async (_, changes, message) => {
    const resampling = { ...runsOf(chinchilla, [16]), ...changes };
    await expect(replicate("portable", chinchilla, resampling, { replicates: 1 })).rejects.toThrow(message);
  });

  test("no start at all", async () => {
    await expect(
      replicate("portable", chinchilla, runsOf(chinchilla, [16]), { replicates: 1, starts: 0 }),
    ).rejects.toThrow("replicates need a given start or a random one");
  });
});
