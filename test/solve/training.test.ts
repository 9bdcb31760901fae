import { afterEach, describe, expect, test, vi } from "vitest";
import { UserError } from "../../src/errors.ts";
import { getForm } from "../../src/forms/registry.ts";
import { identifiabilityCards } from "../../src/identifiability/card.ts";
import { problemKey } from "../../src/plan/shared-problems.ts";
import { openBackend } from "../../src/solve/backends.ts";
import type { BackendName, Problem, Solution, Training } from "../../src/solve/problem.ts";
import { terminations } from "../../src/solve/problem.ts";
import { type Replicates, solveReplicatesOn } from "../../src/solve/resample.ts";
import type { Draw, Resampling } from "../../src/solve/resampling.ts";
import { randomStarts, solveProblems, solveStarts } from "../../src/solve/solve.ts";
import { drawsOf } from "../kernels/draws.ts";
import { cxx, hasPortable, setsHere } from "../kernels/toolchains.ts";
import { wholeCrosses } from "../whole-crosses.ts";
import { caseOf, problemOf } from "./cases.ts";
import { objectiveOfNetwork, trainNetwork } from "./network-reference.ts";

const network = { inputs: 5, hidden: 3 };
const width = 22;
/** FLP-M's own settings. */
const training: Training = { steps: 2000, learningRate: 0.05, weightDecay: 0.01 };
const short: Training = { ...training, steps: 60 };

/** 60 points of a network of the same size, with noise. */
const data = problemOf(caseOf("network-5-3"), { noise: 0.02 });
const problem: Problem = { ...data, training };

const row = (values: Float64Array, s: number): Float64Array => values.slice(width * s, width * (s + 1));

function pointsOf({ variables, response, weights }: Problem) {
  return { variables, response, weights: weights ?? response.map(() => 1) };
}

function expectClose(found: ArrayLike<number>, wanted: ArrayLike<number>, within: number): void {
  expect(found.length).toBe(wanted.length);
  for (let i = 0; i < wanted.length; i++) {
    expect(Math.abs(found[i]! - wanted[i]!), `element ${i}`).toBeLessThanOrEqual(
      within * Math.abs(wanted[i]!),
    );
  }
}

async function solved(one: Problem, options: Parameters<typeof solveProblems>[1]): Promise<Solution> {
  const [result] = await solveProblems([one], options);
  if (!result || "skipped" in result) throw new Error(result?.skipped.reason);
  return result.solution;
}

async function replicate(
  backend: BackendName,
  one: Problem,
  resampling: Resampling,
  replicates: number,
): Promise<Replicates> {
  const opened = await openBackend(backend, 1);
  try {
    return await solveReplicatesOn(opened, one, resampling, { replicates, starts: 3, seed: 5 });
  } finally {
    await opened.close();
  }
}

const runLengths = [15, 15, 15, 14];
const residual = Float64Array.from({ length: 60 }, (_, i) => 0.03 * Math.sin(5 * i));
const draws: Record<string, Draw> = {
  groups: { kind: "groups", group: Int32Array.from({ length: 60 }, (_, i) => i % 12), strata: [5, 7] },
  blocks: { kind: "blocks", runLengths, strata: [4], blockLength: 4 },
  wild: { kind: "wild", runLengths, residual },
  residual: { kind: "residual", runLengths, residual },
  parametric: { kind: "parametric", runLengths, residual, betweenRuns: 0.01, withinRuns: 0.02 },
};

describe.each(["native", "portable"] as const)("%s backend", (backend) => {
  const absent = backend === "native" ? cxx === undefined : !hasPortable;
  describe.skipIf(absent)("(skipped where it is absent)", () => {
    test("2,000 steps come to where Adam written out by hand comes, from every start", async () => {
      // More than a vector of eight numbers has.
      const count = 9;
      const starts = await randomStarts(problem, { backend, starts: count });
      const found = await solveStarts(problem, { backend, starts: count });
      for (let s = 0; s < count; s++) {
        const wanted = trainNetwork(network, row(starts, s), pointsOf(problem), training);
        expectClose(row(found.parameters, s), wanted, 1e-9);
        expectClose([found.objective[s]!], [objectiveOfNetwork(network, wanted, pointsOf(problem))], 1e-9);
        expect(terminations[found.termination[s]!]).toBe("trained");
        expect(found.iterations[s]).toBe(2000);
      }
    });

    test("points have weights, and only their ratios steer the training", async () => {
      const weights = Float64Array.from({ length: 60 }, (_, i) => [0, 0.5, 1, 3][i % 4]!);
      const weighted = { ...problem, weights };
      const starts = await randomStarts(problem, { backend, starts: 3 });
      const found = await solveStarts(weighted, { backend, starts: 3 });
      for (let s = 0; s < 3; s++) {
        const wanted = trainNetwork(network, row(starts, s), pointsOf(weighted), training);
        expectClose(row(found.parameters, s), wanted, 1e-9);
      }
      const heavy = await solveStarts(
        { ...weighted, weights: weights.map((w) => 4 * w) },
        { backend, starts: 3 },
      );
      expectClose(heavy.parameters, found.parameters, 1e-9);
      expectClose(
        heavy.objective,
        found.objective.map((value) => 4 * value),
        1e-9,
      );
    });

    test("parameters stay between their bounds, and equal bounds hold them", async () => {
      const lower = new Float64Array(width).fill(-0.6).with(2, 0.25);
      const upper = new Float64Array(width).fill(0.6).with(2, 0.25);
      const bounded = { ...problem, lower, upper };
      const starts = await randomStarts(problem, { backend, starts: 4 });
      const found = await solveStarts(bounded, { backend, starts: 4 });
      for (let s = 0; s < 4; s++) {
        const inside = row(starts, s).map((value, i) => Math.min(upper[i]!, Math.max(lower[i]!, value)));
        const wanted = trainNetwork(network, inside, pointsOf(bounded), training, { lower, upper });
        expectClose(row(found.parameters, s), wanted, 1e-9);
        expect(found.parameters[width * s + 2]).toBe(0.25);
      }
      const solution = await solved(bounded, { backend, starts: 4 });
      expect(solution.activeBounds.length).toBeGreaterThan(0);
      expect(solution.activeBounds.map(({ parameter }) => parameter)).not.toContain("w1_2");
    });

    test("given starts come first, and the best of all is the answer as training left it", async () => {
      const given = Float64Array.from({ length: width }, (_, i) => 0.4 * Math.cos(3 * i));
      const started = { ...problem, givenStarts: [given] };
      const all = await solveStarts(started, { backend, starts: 9 });
      const wanted = trainNetwork(network, given, pointsOf(problem), training);
      expectClose(row(all.parameters, 0), wanted, 1e-9);
      const best = all.objective.indexOf(Math.min(...all.objective));
      const solution = await solved(started, { backend, starts: 9 });
      expect(solution.parameters).toEqual(row(all.parameters, best));
      expect(solution.objective).toBe(all.objective[best]);
      expect(solution).toMatchObject({ termination: "trained", iterations: 2000, starts: 10, points: 60 });
      expect(solution.totalIterations).toBe(20_000);
      const near = all.objective.filter((value) => value <= 1.01 * all.objective[best]!).length;
      expect(solution.startAgreement).toBe(near / 10);
    });

    test.skipIf(cxx === undefined).each(Object.entries(draws))(
      "resamples by %s are trained as the data that they draw",
      async (_, draw) => {
        const resampling = { population: "runs", draw };
        const start = Float64Array.from({ length: width }, (_, i) => 0.4 * Math.cos(3 * i));
        const one = { ...data, training: short, givenStarts: [start] };
        const found = await replicate(backend, one, resampling, 11);
        const numbers = drawsOf(one, resampling, { seed: 5, first: 1, count: 11 });
        numbers.forEach((drawn, r) => {
          const points = pointsOf(one);
          if (draw.kind === "groups") points.weights = points.weights.map((_, i) => drawn[draw.group[i]!]!);
          else if (draw.kind === "blocks") points.weights = points.weights.map((_, i) => drawn[i]!);
          else points.response = points.response.map((y, i) => y + drawn[i]!);
          const wanted = trainNetwork(network, start, points, short);
          expectClose([found.firstObjective[r]!], [objectiveOfNetwork(network, wanted, points)], 1e-9);
          expect(found.objective[r]).toBeLessThanOrEqual(found.firstObjective[r]!);
          expect(terminations[found.termination[r]!]).toBe("trained");
        });
      },
    );

    test("the same bits on any number of threads and however many replicates are asked for", async () => {
      const one = { ...data, training: short };
      const whole = await solveStarts(one, { backend, starts: 75, threads: 1 });
      expect(await solveStarts(one, { backend, starts: 75, threads: 2 })).toEqual(whole);
      const few = await solveStarts(one, { backend, starts: 11, threads: 1 });
      expect(few.parameters).toEqual(whole.parameters.slice(0, 11 * width));
      const resampling = { population: "runs", draw: draws.groups! };
      const many = await replicate(backend, one, resampling, 20);
      const less = await replicate(backend, one, resampling, 3);
      expect(less.parameters).toEqual(many.parameters.slice(0, 3 * width));
    });

    // The portable kernels are compiled already: where they are there, the native one of least squares is left to `npm run test:all`.
    const isLeft = backend === "native" && hasPortable && !wholeCrosses;
    test.skipIf(isLeft)("least squares from as many starts goes at least as low", async () => {
      const trained = await solved(problem, { backend, starts: 64 });
      const { termination, ...least } = await solved(data, { backend, starts: 64 });
      expect(least.objective).toBeLessThanOrEqual(trained.objective);
      expect(termination).not.toBe("trained");
    });

    test("many points are all trained on from the first step", async () => {
      const points = Array.from({ length: 700 }, (_, i) =>
        [0.618, 0.414, 0.732, 0.236, 0.646].map((step) => 2 * ((step * (i + 1)) % 1) - 1),
      );
      const large = { ...problemOf({ ...caseOf("network-5-3"), points }, { noise: 0.02 }), training: short };
      const starts = await randomStarts(large, { backend, starts: 2 });
      const found = await solveStarts(large, { backend, starts: 2 });
      for (let s = 0; s < 2; s++) {
        expectClose(
          row(found.parameters, s),
          trainNetwork(network, row(starts, s), pointsOf(large), short),
          1e-9,
        );
      }
    });
  });
});

describe.skipIf(cxx === undefined)("native kernels (skipped without a C++ compiler)", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });
  const [best = "none"] = setsHere;
  for (const set of ["avx512", "avx2", "neon", "scalar-fma"].filter((name) => name !== best)) {
    test.skipIf(!setsHere.includes(set) || !wholeCrosses)(
      `${set} gives the bits of ${best} (skipped where this processor lacks it, and by npm test)`,
      async () => {
        const resampling = { population: "runs", draw: draws.groups! };
        const answersOf = async (name: string): Promise<Replicates> => {
          vi.stubEnv("LAWFIT_INSTRUCTION_SET", name);
          return replicate("native", problem, resampling, 5);
        };
        expect(await answersOf(set)).toEqual(await answersOf(best));
      },
    );
  }

  test("a network of another size, and any other form, can be trained", async () => {
    const inputs = 2;
    const x = Array.from({ length: inputs }, (_, k) =>
      Float64Array.from({ length: 40 }, (_, i) => Math.sin(7 * (i + 1) * (k + 1))),
    );
    const small: Problem = {
      form: getForm("network-2-3"),
      variables: x,
      response: Float64Array.from({ length: 40 }, (_, i) => Math.abs(x[0]![i]!) - x[1]![i]!),
      loss: { kind: "squared" },
      residual: "plain",
      training: short,
      key: "a network of another size",
    };
    const starts = await randomStarts(small, { backend: "native", starts: 1 });
    const found = await solveStarts(small, { backend: "native", starts: 1 });
    expectClose(found.parameters, trainNetwork({ inputs, hidden: 3 }, starts, pointsOf(small), short), 1e-9);
    // A line: Adam with a small rate and no decay comes to the least squares.
    const line = problemOf(caseOf("linear"), { noise: 0.1 });
    const slow = { steps: 20_000, learningRate: 0.01, weightDecay: 0 };
    const trained = await solved({ ...line, training: slow }, { backend: "native", starts: 2 });
    const least = await solved(line, { backend: "native", starts: 2 });
    expectClose(trained.parameters, least.parameters, 1e-5);
    expect(trained.startAgreement).toBe(1);
  });
});

test.each<[Partial<Training>, string]>([
  [{ steps: 0 }, "training.steps: 0 is not allowed; a whole number from 1 to 2147483647"],
  [{ steps: 1.5 }, "training.steps: 1.5 is not allowed; a whole number from 1 to 2147483647"],
  [{ learningRate: -1 }, "training.learningRate: -1 is not allowed; a number >= 0"],
  [{ learningRate: Number.NaN }, "training.learningRate: NaN is not allowed; a number >= 0"],
  [{ weightDecay: -0.1 }, "training.weightDecay: -0.1 is not allowed; a number >= 0"],
  [{ weightDecay: Infinity }, "training.weightDecay: Infinity is not allowed; a number >= 0"],
])("training %j is a user's mistake", async (wrong, message) => {
  const bad = { ...problem, training: { ...training, ...wrong } };
  await expect(solveProblems([bad], { backend: "cpu" })).rejects.toThrow(new UserError(message));
});

test("a loss or residual that training does not know is said, and the other problems are solved", async () => {
  const wrong: Partial<Problem>[] = [{ loss: { kind: "huber", delta: 0.1 } }, { residual: "log" }];
  const problems = [...wrong.map((change) => ({ ...problem, ...change })), { ...problem, training: short }];
  const results = await solveProblems(problems, { backend: "cpu", starts: 2 });
  expect(results).toEqual([
    { skipped: { reason: "training takes the squared loss, not huber" } },
    { skipped: { reason: "training takes plain residuals, not those of logarithms" } },
    { solution: expect.objectContaining({ termination: "trained" }) },
  ]);
});

test("fewer points than parameters can be trained on, but not none", async () => {
  const few = { ...problem, training: short, weights: new Float64Array(60).fill(1, 0, 5) };
  expect((await solved(few, { backend: "cpu", starts: 2 })).objective).toBeGreaterThan(0);
  const none = { ...few, weights: new Float64Array(60) };
  expect(await solveProblems([none], { backend: "cpu", starts: 2 })).toEqual([
    { skipped: { reason: "every point has weight 0" } },
  ]);
});

test("a network too large for least squares is refused with the way out", async () => {
  const inputs = 12;
  const form = getForm("network-12-6");
  const variables = Array.from({ length: inputs }, () => new Float64Array(200).fill(1));
  const large = { ...data, form, variables, response: new Float64Array(200), key: "large" };
  expect(await solveProblems([large], { backend: "cpu" })).toEqual([
    {
      skipped: {
        reason: "form network-12-6 has 85 parameters; least squares takes at most 64, training any number",
      },
    },
  ]);
});

test.skipIf(!hasPortable)("the portable backend says which forms it can train", async () => {
  const line = { ...problemOf(caseOf("linear")), training: short };
  await expect(solveProblems([line], { backend: "portable" })).rejects.toThrow(
    /no WebAssembly kernel for training: the portable backend only trains network-5-3; with a C\+\+ compiler/,
  );
});

test("what is said of the parameters of a minimum is unknown for a trained problem, with the reason", async () => {
  const trained = { ...problem, training: short };
  const solution = await solved(trained, { backend: "cpu", starts: 2 });
  expect(solution.conditionNumber).toBeGreaterThan(0);
  const runs = { runLengths: [60], runNames: ["a"] } as never;
  const [card] = await identifiabilityCards([{ problem: trained, solution, runs }]);
  const reason = "it was trained for a number of steps: it is no minimum of the least squares";
  expect(card!.intraRunCorrelation).toEqual({ reason });
  for (const { runError, pointError } of card!.parameters) {
    expect([runError, pointError]).toEqual([{ reason }, { reason }]);
  }
});

test("problems that are trained otherwise are other problems", () => {
  const keys = [undefined, training, short, { ...training, learningRate: 0.01 }].map((how) =>
    problemKey({ ...data, ...(how && { training: how }) }),
  );
  expect(new Set(keys).size).toBe(4);
});
