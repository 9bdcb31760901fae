import { describe, expect, test } from "vitest";
import { drawDataSet } from "../../bench/coverage/data-set.ts";
import { getScenario, scenarios } from "../../bench/coverage/scenarios.ts";
import {
  chinchilla,
  driftingExponents,
  gompertz,
  kaplanOffset,
  logSigmoid,
  sigmoid,
  twoGroups,
} from "../../bench/coverage/truths.ts";
import { randomStream } from "../../src/random.ts";

const law = { a: 5, b: 6, alpha: 0.3, beta: 0.28, E: 0.5 };
const link = { a: -0.7, L0: 0.9, k: 6, b: 0.95 };
const stream = () => randomStream("truths");

test("exponents change by their drift with each tenfold of the input", () => {
  const drifting = driftingExponents(0.05)({ ...law, b: Number.NEGATIVE_INFINITY, E: 0 }, stream());
  const exponentAt = (n: number): number =>
    Math.log(drifting(n / 1.001, 1) / drifting(n * 1.001, 1)) / Math.log(1.001 ** 2);
  expect(exponentAt(5e8)).toBeCloseTo(0.3, 5);
  const [below, above] = [exponentAt(5e7), exponentAt(5e9)];
  expect(Math.abs(above - below)).toBeCloseTo(0.1, 5);
  expect((above + below) / 2).toBeCloseTo(0.3, 5);
});

test("Kaplan's law with an offset is chinchilla's where one term is far the larger, and below it where they are alike", () => {
  const [kaplan, hoffmann] = [kaplanOffset(law, stream()), chinchilla(law, stream())];
  expect(kaplan(1e3, 1e14) / hoffmann(1e3, 1e14)).toBeCloseTo(1, 2);
  expect(kaplan(5e8, 4e10)).toBeLessThan(0.95 * hoffmann(5e8, 4e10));
});

describe("links that are not fitted", () => {
  const slope = (score: (loss: number) => number, loss: number): number =>
    (score(loss + 1e-5) - score(loss - 1e-5)) / 2e-5;

  test("Gompertz's curve has the sigmoid's ends, and its slope at the steepest point", () => {
    const [one, other] = [gompertz(link, stream(), 2), sigmoid(link, stream(), 2)];
    expect(one(-10)).toBeCloseTo(other(-10), 9);
    expect(one(10)).toBeCloseTo(other(10), 9);
    expect(slope(one, link.L0) / slope(other, link.L0)).toBeCloseTo(1, 6);
    expect(Math.abs(one(link.L0) - other(link.L0))).toBeGreaterThan(0.05);
  });

  test("two groups of questions have the sigmoid's ends and fall over a wider range", () => {
    const [one, other] = [twoGroups(link, stream(), 2), sigmoid(link, stream(), 2)];
    expect(one(-10)).toBeCloseTo(other(-10), 9);
    expect(one(10)).toBeCloseTo(other(10), 9);
    expect(Math.abs(slope(one, link.L0))).toBeLessThan(0.9 * Math.abs(slope(other, link.L0)));
  });

  test("the log-sigmoid goes from 1 to chance at the runs' largest loss", () => {
    const score = logSigmoid(link, stream(), 1.7);
    expect(score(0)).toBeGreaterThan(0.98);
    expect(score(1.7)).toBeCloseTo(0.25, 9);
  });
});

test.each([...scenarios.keys()])("scenario %s: scores and losses that a table could have", (name) => {
  const condition = {
    runs: 16,
    autocorrelation: 0.5,
    scenario: getScenario(name),
    ratios: [3, 100],
  } as const;
  for (const replication of [0, 1, 2, 3]) {
    const { runs, targets } = drawDataSet(condition, replication, 1);
    expect(runs).toHaveLength(16);
    for (const { finalLoss, score } of runs) {
      expect(finalLoss).toBeGreaterThan(0.3);
      for (const value of score) expect(Math.abs(value - 0.55)).toBeLessThan(0.55);
    }
    for (const { score } of targets) expect(Math.abs(score - 0.5)).toBeLessThanOrEqual(0.5);
  }
});

test("a wide window makes final losses larger, the targets' stay those at their end", () => {
  const scenario = { ...getScenario("normal"), noiseScale: 0 };
  const at = (window: number) =>
    drawDataSet({ runs: 16, autocorrelation: 0, scenario: { ...scenario, window }, ratios: [3] }, 0, 1);
  const [none, wide] = [at(0), at(0.4)];
  expect(wide.targets).toEqual(none.targets);
  for (const [i, run] of wide.runs.entries()) {
    const more = run.finalLoss / none.runs[i]!.finalLoss;
    expect(more).toBeGreaterThan(1.004);
    expect(more).toBeLessThan(1.1);
  }
});

test("a scenario that is none is refused", () => {
  expect(() => getScenario("gompertzz")).toThrow("no scenario gompertzz; there are normal, ");
});
