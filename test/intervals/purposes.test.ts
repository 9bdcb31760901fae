import { expect, test } from "vitest";
import { drawsFor, replicateNoise } from "../../src/intervals/purposes.ts";
import { mean, sd } from "./air-conditioning.ts";

const replicates = 4000;
const noise = replicateNoise(replicates, "0/target");
const curve = new Float64Array(replicates).fill(0.6);
const levels = { run: 0.03, checkpoint: 0.04, questions: 600 };

test.each([
  ["curve", 0],
  ["run", 0.03],
  ["checkpoint", Math.sqrt(0.03 ** 2 + 0.04 ** 2 + 0.24 / 600)],
] as const)("%s adds its noise and no more", (purpose, expected) => {
  const draws = drawsFor(purpose, curve, levels, noise);
  expect(mean(draws)).toBeCloseTo(0.6, 12);
  // The sources' correlation in one drawing is up to 3/sqrt(4000).
  expect(Math.abs(sd(draws) - expected)).toBeLessThanOrEqual(0.05 * expected + 1e-12);
});

test("the curve's own error stays in", () => {
  const spread = replicateNoise(replicates, "1/curve").run.map((z) => 0.6 + 0.04 * z);
  expect(Math.abs(sd(drawsFor("run", spread, levels, noise)) - 0.05)).toBeLessThan(0.0025);
});

test("a loss has no evaluation noise, nor a draw beyond 0 or 1", () => {
  const { questions: _, ...loss } = levels;
  const beyond = new Float64Array(replicates).fill(1.1);
  const withoutQuestions = drawsFor("checkpoint", curve, loss, noise);
  const beyondOne = drawsFor("checkpoint", beyond, levels, noise);
  // Without the 0.02 of the evaluation, exactly the noise of the run and of the checkpoint.
  withoutQuestions.forEach((draw, i) => {
    const added = 0.03 * noise.run[i]! + 0.04 * noise.checkpoint[i]!;
    expect(draw).toBeCloseTo(0.6 + added, 12);
    expect(beyondOne[i]).toBeCloseTo(1.1 + added, 12);
  });
});

test("a missing draw stays missing, the curve's draws stay as they are", () => {
  const some = Float64Array.of(0.5, Number.NaN);
  const draws = drawsFor("checkpoint", some, levels, replicateNoise(2, "0/two"));
  expect([Number.isNaN(draws[0]), Number.isNaN(draws[1])]).toEqual([false, true]);
  expect([...some]).toEqual([0.5, Number.NaN]);
});

test("noise shared by two cells cancels in their difference", () => {
  const [ours, theirs] = [drawsFor("run", curve, levels, noise), drawsFor("run", curve, levels, noise)];
  expect(ours).toEqual(theirs);
});

test.each([
  [{ ...levels, run: -1 }, "run noise -1; allowed: a number >= 0"],
  [{ ...levels, checkpoint: Number.NaN }, "checkpoint noise NaN; allowed: a number >= 0"],
  [{ ...levels, questions: 0 }, "questions 0; allowed: above 0"],
])("noise that is none is refused where it is used", (bad, message) => {
  expect(() => drawsFor("checkpoint", curve, bad, noise)).toThrow(message);
  expect(drawsFor("curve", curve, bad, noise)).toEqual(curve);
});

test("noise of other replicates is refused", () => {
  expect(() => drawsFor("run", new Float64Array(3), levels, noise)).toThrow("4000 noises of 3 draws");
});
