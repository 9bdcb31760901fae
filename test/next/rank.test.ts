import { expect, test } from "vitest";
import { defineForm } from "../../src/forms/define-form.ts";
import { getForm } from "../../src/forms/registry.ts";
import type { SolutionRows } from "../../src/methods/method.ts";
import { leftAfter } from "../../src/next/batch.ts";
import { leftByRefits } from "../../src/next/check.ts";
import { knowledgeOf } from "../../src/next/knowledge.ts";
import { modesOf } from "../../src/next/modes.ts";
import { beliefOf } from "../../src/next/posterior.ts";
import { randomStream } from "../../src/random.ts";
import type { Problem } from "../../src/solve/problem.ts";
import { solveProblems } from "../../src/solve/solve.ts";

const form = getForm("chinchilla");
/** Hoffmann et al.'s printed law: ln A, ln B, alpha, beta, E. */
const truth = Float64Array.of(Math.log(406.4), Math.log(410.7), 0.34, 0.28, 1.69);

/** Draws of parameters, spread about some by a share. */
function drawsAbout(centre: Float64Array, count: number, key: string): SolutionRows {
  const { normal } = randomStream(key);
  const width = centre.length;
  const parameters = Float64Array.from(
    { length: count * width },
    (_, k) => centre[k % width]! * (1 + 0.05 * normal()),
  );
  return { width, parameters, isHeld: false, degenerate: new Uint8Array(count) };
}

test("the expected shrinkage of an interval is that of refits of simulated outcomes", async () => {
  const { normal } = randomStream("runs of chinchilla's law");
  const sizes = [5e7, 1e8, 2e8, 4e8, 8e8].flatMap((n) => [10, 20, 40, 80].map((ratio) => [n, ratio * n]));
  const problem: Problem = {
    ...{ form, loss: { kind: "squared" }, residual: "log", key: "next" },
    variables: [0, 1].map((v) => Float64Array.from(sizes, (inputs) => inputs[v]!)),
    response: Float64Array.from(sizes, (inputs) => form.value(truth, inputs) * Math.exp(0.004 * normal())),
  };
  const [result] = await solveProblems([problem], { starts: 8 });
  const { parameters } = (result as Extract<typeof result, { solution: unknown }>).solution;
  const { told, noise } = knowledgeOf(problem, parameters, drawsAbout(parameters, 50, "chinchilla"));
  expect(Math.sqrt(noise.variance)).toBeGreaterThan(0.002);
  expect(Math.sqrt(noise.variance)).toBeLessThan(0.006);
  const known = { ...told, modes: [{ parameters, weight: 1 }] };
  const candidates = [
    [3e9, 3e10],
    [8e8, 4e11],
    [2e8, 4e9],
  ];
  const targets = [[7e10, 1.4e12]];
  const belief = beliefOf(known, candidates, targets);
  const sets = [[0], [1], [2], [0, 1, 2]];
  const expected = sets.map((set) => leftAfter(belief, candidates.length, set).at(-1)![0]!);
  const refitted = await leftByRefits(
    { problem, parameters, knowledge: known },
    sets.map((set) => set.map((i) => candidates[i]!)),
    targets,
    solveProblems,
  );
  for (const [s, [share]] of refitted.entries()) expect(Math.abs(share! - expected[s]!)).toBeLessThan(0.08);
  expect(expected[0]).toBeLessThan(0.85);
  expect(expected[2]).toBeGreaterThan(0.95);
});

test("draws about two solutions are two modes, each with its share", () => {
  const square = defineForm({
    ...{ name: "square", expression: "y = a^2*x", description: "", source: "" },
    ...{ parameters: { a: {} }, variables: { x: "" }, startRanges: { default: { a: [-2, 2] } } },
  });
  const [low, high] = [drawsAbout(Float64Array.of(1), 25, "low"), drawsAbout(Float64Array.of(3), 75, "high")];
  const draws: SolutionRows = {
    ...{ width: 1, isHeld: false, degenerate: new Uint8Array(100) },
    parameters: Float64Array.of(...low.parameters, ...high.parameters),
  };
  const value = (a: Float64Array) => [square.value(a, [2])];
  const modes = modesOf(Float64Array.of(3), draws, value, (a) => Float64Array.of(0.2 * a[0]! ** 2));
  expect(modes).toHaveLength(2);
  expect(modes[0]!.weight).toBeCloseTo(0.75, 1);
  expect(modes[1]!.parameters[0]).toBeCloseTo(1, 0);
  const known = {
    form: square,
    isLog: false,
    runs: [],
    prior: Float64Array.of(0.01),
    noise: 0.01,
    discrepancy: 0,
  };
  const { variance } = beliefOf({ ...known, modes }, [], [[2]]);
  // What lies between the modes, 2*9 and 2*1, is uncertain too.
  expect(Math.sqrt(variance[0]!)).toBeGreaterThan(5);
});

test("of outlying runs Huber's loss takes no noise, and without degrees of freedom noise is a share of the spread", () => {
  const line = defineForm({
    ...{ name: "line", expression: "y = a + b*x", description: "", source: "" },
    ...{
      parameters: { a: {}, b: {} },
      variables: { x: "" },
      startRanges: { default: { a: [-1, 1], b: [-1, 1] } },
    },
  });
  const { normal } = randomStream("outliers");
  const xs = Float64Array.from({ length: 60 }, (_, i) => i / 10);
  const response = xs.map((x, i) => 1 + x + 0.1 * normal() + (i % 20 === 0 ? 30 : 0));
  const of = (rows: number, loss: Problem["loss"]) =>
    knowledgeOf(
      {
        ...{ form: line, loss, residual: "plain", key: "line" },
        variables: [xs.slice(0, rows)],
        response: response.slice(0, rows),
      },
      Float64Array.of(1, 1),
      drawsAbout(Float64Array.of(1, 1), 10, "line"),
    ).noise;
  expect(Math.sqrt(of(60, { kind: "squared" }).variance)).toBeGreaterThan(3);
  expect(Math.sqrt(of(60, { kind: "huber", delta: 0.1 }).variance)).toBeLessThan(0.2);
  const few = of(2, { kind: "squared" });
  expect(few.freedom).toBe(0);
  expect(few.variance).toBeGreaterThan(1);
});
