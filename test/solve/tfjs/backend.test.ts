import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openBackend } from "../../../src/solve/backends.ts";
import type { Backend, KernelRequest } from "../../../src/solve/kernel.ts";
import type { Problem } from "../../../src/solve/problem.ts";
import { solveReplicatesOn } from "../../../src/solve/resample.ts";
import type { Draw } from "../../../src/solve/resampling.ts";
import { solveProblemsOn } from "../../../src/solve/solve.ts";
import { openTfjs } from "../../../src/solve/tfjs/backend.ts";
import { scaleProblem } from "../../../src/solve/units.ts";
import { conformanceProblem } from "../../../src/throughput/conformance-problems.ts";
import { wholeCrosses } from "../../whole-crosses.ts";
import { caseOf, objectiveOf, problemOf } from "../cases.ts";
import { deviceNamed } from "./device.ts";

const log = "log" as const;
const huber = { kind: "huber", delta: 1e-2 } as const;
const squared = { kind: "squared" } as const;
const problemNamed = (form: string, points = 24): Problem =>
  conformanceProblem(form, log, huber, points).problem;
const chinchilla = problemNamed("chinchilla");
const some = [chinchilla, problemNamed("sigmoid"), problemNamed("chinchilla", 20)];

let cpu: Backend;
/** Requests that the processor was asked for. */
const asked: KernelRequest[] = [];
let iterations = 0;
let tfjs: Backend;

/** The processor's backend, which writes down what it is asked. */
function watched(backend: Backend): Backend {
  return {
    ...backend,
    close: async () => {},
    async kernel(variant) {
      const kernel = await backend.kernel(variant);
      return {
        ...kernel,
        async solve(request) {
          asked.push(request);
          const answer = await kernel.solve(request);
          if (!request.polish) iterations += answer.iterations.reduce((sum, n) => sum + n, 0);
          return answer;
        },
      };
    },
  };
}

async function opened(device: "wasm" | "cpu"): Promise<Backend> {
  const backend = await openTfjs({ openCpu: async () => watched(cpu), device: await deviceNamed(device) });
  if ("reason" in backend) throw new Error(backend.reason);
  return backend;
}

beforeAll(async () => {
  cpu = await openBackend("cpu", 2);
  tfjs = await opened("wasm");
});
afterAll(() => cpu.close());

test("tensors and their bytes do not grow over batches", async () => {
  const { tf } = await deviceNamed("wasm");
  await solveProblemsOn(tfjs, some, { starts: 4 });
  const before = tf.memory();
  for (let seed = 1; seed < 3; seed++) await solveProblemsOn(tfjs, some, { starts: 4, seed });
  const { numTensors, numBytes, numDataBuffers } = tf.memory();
  expect({ numTensors, numBytes, numDataBuffers }).toEqual({
    numTensors: before.numTensors,
    numBytes: before.numBytes,
    numDataBuffers: before.numDataBuffers,
  });
  expect(numTensors).toBeLessThan(10);
});

test("float32 does most of the search: the processor is given ends near the minimum", async () => {
  asked.length = iterations = 0;
  const [result] = await solveProblemsOn(tfjs, [chinchilla], { starts: 64 });
  const [alone] = await solveProblemsOn(cpu, [chinchilla], { starts: 64 });
  if (!("solution" in result!) || !("solution" in alone!)) throw new Error("not solved");
  expect(iterations).toBeLessThan(0.5 * alone.solution.totalIterations);
  expect(result.solution.totalIterations).toBeGreaterThan(2 * iterations);
  const { model } = caseOf("chinchilla");
  const own = scaleProblem(chinchilla);
  const ends = asked.find(({ givenStarts }) => givenStarts.length > 0)!.givenStarts;
  expect(ends).toHaveLength(64 * 5);
  const excess = Array.from({ length: 64 }, (_, i) => {
    const objective = objectiveOf({ model }, own.problem, ends.subarray(5 * i, 5 * i + 5));
    return own.objectiveOf(objective) / alone.solution.objective - 1;
  });
  expect(excess.filter((x) => x < 1e-3).length).toBeGreaterThan(0.9 * 64);
});

test.each(["wasm", "cpu"] as const)(
  "device %s: the same bits alone, in other company, and on the next day",
  async (device) => {
    const backend = await opened(device);
    const options = { starts: device === "cpu" ? 2 : 4 };
    const together = await solveProblemsOn(backend, some, options);
    for (const [i, problem] of some.entries()) {
      expect(await solveProblemsOn(backend, [problem], options)).toEqual([together[i]]);
    }
    await opened("wasm");
  },
);

describe("share of agreeing starts", () => {
  test.each(["chinchilla", "sigmoid", ...(wholeCrosses ? ["single-step-compute"] : [])])(
    "%s: near that of the processor, from the same starts",
    async (form) => {
      const [ours, theirs] = await Promise.all(
        [tfjs, cpu].map((backend) => solveProblemsOn(backend, [problemNamed(form)], { starts: 64 })),
      );
      const share = (results: typeof ours): number => {
        const [result] = results!;
        return "solution" in result! ? result.solution.startAgreement : Number.NaN;
      };
      expect(Math.abs(share(ours) - share(theirs))).toBeLessThan(0.15);
    },
  );
});

test("bounds hold exactly, also where they fix a parameter", async () => {
  const lower = Float64Array.of(0, 0, 0, 0.3, 0.1);
  const upper = Float64Array.of(20, 6.05, 1, 0.3, 5);
  const problem: Problem = { ...chinchilla, lower, upper, key: "in a box" };
  const [[ours], [theirs]] = await Promise.all([
    solveProblemsOn(tfjs, [problem], { starts: 64 }),
    solveProblemsOn(cpu, [problem], { starts: 64 }),
  ]);
  if (!("solution" in ours!) || !("solution" in theirs!)) throw new Error("not solved");
  expect(ours.solution.activeBounds).toEqual(theirs.solution.activeBounds);
  expect(ours.solution.activeBounds.length).toBeGreaterThan(0);
  expect(ours.solution.parameters[3]).toBe(0.3);
  expect(ours.solution.objective / theirs.solution.objective).toBeCloseTo(1, 9);
});

test("points of weight 0 are left out, whatever they are", async () => {
  const weights = chinchilla.response.map((_, i) => (i % 3 === 0 ? 0 : 1e6 * (1 + (i % 2))));
  const response = chinchilla.response.map((y, i) => (i % 3 === 0 ? 100 * y : y));
  const problem: Problem = { ...chinchilla, response, weights, key: "weighed" };
  const [[ours], [theirs]] = await Promise.all([
    solveProblemsOn(tfjs, [problem], { starts: 32 }),
    solveProblemsOn(cpu, [problem], { starts: 32 }),
  ]);
  if (!("solution" in ours!) || !("solution" in theirs!)) throw new Error("not solved");
  expect(ours.solution.objective / theirs.solution.objective).toBeCloseTo(1, 9);
  expect(ours.solution.startAgreement).toBeGreaterThan(0.9);
});

test("a start that float32 cannot follow is solved by the processor from there", async () => {
  // A wrong scale, so that the first prediction overflows float32 and not float64.
  const problem: Problem = {
    ...conformanceProblem("power-law", "plain", squared, 24).problem,
    givenStarts: [Float64Array.of(95, 0.05)],
    key: "far away",
  };
  const [[ours], [theirs]] = await Promise.all([
    solveProblemsOn(tfjs, [problem], { starts: 0 }),
    solveProblemsOn(cpu, [problem], { starts: 0 }),
  ]);
  expect(ours).toEqual(theirs);
});

test("training is the processor's", async () => {
  const network = conformanceProblem("network-5-3", "plain", squared, 96).problem;
  const problem: Problem = { ...network, training: { steps: 50, learningRate: 0.05, weightDecay: 0.01 } };
  const ours = await solveProblemsOn(tfjs, [problem], { starts: 8 });
  expect(ours).toEqual(await solveProblemsOn(cpu, [problem], { starts: 8 }));
});

test("many points: found as by the processor", async () => {
  const problem = problemNamed("sigmoid", 700);
  const [[ours], [theirs]] = await Promise.all([
    solveProblemsOn(tfjs, [problem], { starts: 6 }),
    solveProblemsOn(cpu, [problem], { starts: 6 }),
  ]);
  if (!("solution" in ours!) || !("solution" in theirs!)) throw new Error("not solved");
  expect(ours.solution.objective / theirs.solution.objective).toBeCloseTo(1, 9);
});

const base = problemOf(caseOf("chinchilla"), { noise: 0.02, residual: "log", loss: huber });
const points = base.response.length;
const runLengths = [4, 4, 4, points - 12];
const group = Int32Array.from({ length: points }, (_, i) => Math.min(3, Math.floor(i / 4)));
const residual = Float64Array.from({ length: points }, (_, i) => 0.03 * Math.sin(5 * i));
const draws: readonly Draw[] = [
  { kind: "groups", group, strata: [4] },
  { kind: "blocks", runLengths, strata: [4], blockLength: 2 },
  { kind: "wild", runLengths, residual },
  { kind: "residual", runLengths, residual },
  { kind: "parametric", runLengths, residual, betweenRuns: 0.02, withinRuns: 0.01 },
];

/** Of the draws those of other weights and of other responses once each; `npm run test:all` has all. */
const drawn = draws.filter(({ kind }) => wholeCrosses || kind === "groups" || kind === "parametric");

test.each(drawn)("resamples by $kind: the same replicates as the processor's", async (draw) => {
  const [result] = await solveProblemsOn(cpu, [base], { starts: 16 });
  if (!("solution" in result!)) throw new Error("not solved");
  const problem = { ...base, givenStarts: [result.solution.parameters] };
  const resampling = { population: "runs", draw };
  const options = { replicates: 24, starts: 3, seed: 5 };
  const [ours, theirs] = await Promise.all([
    solveReplicatesOn(tfjs, problem, resampling, options),
    solveReplicatesOn(cpu, problem, resampling, options),
  ]);
  const same = Array.from(ours.objective).filter((own, i) => Math.abs(own / theirs.objective[i]! - 1) < 1e-9);
  const lower = Array.from(ours.objective).filter((own, i) => own < theirs.objective[i]! * (1 - 1e-9));
  // A start may come to another minimum, and so a replicate to a better one or a worse one.
  expect(same.length).toBeGreaterThanOrEqual(22);
  expect(same.length + lower.length).toBeGreaterThanOrEqual(23);
});
