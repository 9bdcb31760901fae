import { describe, expect, test } from "vitest";
import { normalDraws } from "../../src/intervals/normal.ts";
import { budgetMinima } from "../../src/isoflop/budget-minimum.ts";
import type { Budget, FinalRun } from "../../src/isoflop/budgets.ts";
import { akima, parabola } from "../../src/isoflop/interpolations.ts";
import type { Noise } from "../../src/isoflop/noise.ts";

const C = 6e18;
const setting = { interpolation: parabola, window: 100 };

/** A budget whose losses are a parabola in ln N with its lowest at 1e8 parameters. */
function valley(sizes: readonly number[], more: Partial<Budget> = {}): Budget {
  const runs = sizes.map((n, i): FinalRun => {
    return { run: `${i}`, place: i, n, d: C / (6 * n), c: C, loss: 3 + 0.1 * Math.log(n / 1e8) ** 2 };
  });
  return { c: C, runs, leftOut: 0, leftOutReason: null, joinedBy: null, spendsAll: true, ...more };
}

/** Known noise of one budget. */
const noiseOf = ({ runs }: Budget, sd: number, draws = 400): Noise => ({
  ...{ sd, freedom: Number.POSITIVE_INFINITY, source: "given" },
  scales: new Float64Array(draws).fill(1),
  shifts: [new Float64Array(draws), new Float64Array(draws)],
  unit: [runs.map(({ run }) => normalDraws(1, run, draws))],
  outliers: [undefined],
});
const budgetMinimum = (budget: Budget, own: Parameters<typeof budgetMinima>[1], sd: number, draws = 400) =>
  budgetMinima([budget], own, noiseOf(budget, sd, draws))[0]!;
const around = [3e7, 5e7, 8e7, 1.3e8, 2e8, 3e8];

test("size, tokens and loss of the minimum; noise spreads it about the true one", () => {
  const budget = valley(around);
  const found = budgetMinimum(budget, setting, 0.001);
  expect(found).toMatchObject({ status: "ok", reason: null, sizes: 6, lowest: { n: 8e7 } });
  expect(Math.exp(found.logN)).toBeCloseTo(1e8, 2);
  expect(Math.exp(found.logD)).toBeCloseTo(1e10, 0);
  expect(found.loss).toBeCloseTo(3, 12);
  const { logN, edgeShare, lostShare, spread } = found.draws!;
  expect([edgeShare, lostShare]).toEqual([0, 0]);
  // The vertex of a parabola by least squares moves by -b/(2a): sd of b is noise * loss / sqrt(sum of centred squares).
  expect(spread).toBeGreaterThan(0.005);
  expect(spread).toBeLessThan(0.02);
  expect(Math.abs(logN.reduce((sum, one) => sum + one, 0) / 400 - Math.log(1e8))).toBeLessThan(
    4 * (spread / 20),
  );
});

test("twice the noise is about twice the spread", () => {
  const budget = valley(around);
  const [one, two] = [0.0005, 0.001].map((noise) => budgetMinimum(budget, setting, noise).draws!.spread);
  expect(two! / one!).toBeCloseTo(2, 1);
});

test("runs of one size are averaged, their noise too", () => {
  const once = valley(around);
  const twice = { ...once, runs: once.runs.flatMap((run) => [run, { ...run, run: `${run.run} again` }]) };
  const [single, double] = [once, twice].map((budget) => budgetMinimum(budget, setting, 0.001));
  expect(double!.sizes).toBe(6);
  expect(double!.logN).toBeCloseTo(single!.logN, 12);
  expect(double!.draws!.spread / single!.draws!.spread).toBeCloseTo(Math.SQRT1_2, 1);
});

test("tokens are from the runs where C = 6ND does not hold", () => {
  const budget = valley(around, { spendsAll: false });
  const runs = budget.runs.map((run) => ({ ...run, d: 1e17 / run.n ** 0.9 }));
  const { logD } = budgetMinimum({ ...budget, runs }, setting, Number.NaN);
  expect(Math.exp(logD) / (1e17 / 1e8 ** 0.9)).toBeCloseTo(1, 10);
});

describe("what has no minimum has a status and a reason", () => {
  const statusOf = (budget: Budget, noise = 0.001, own = setting) => {
    const { status, reason } = budgetMinimum(budget, own, noise);
    return { status, reason };
  };

  test("too few sizes", () => {
    expect(statusOf(valley([]))).toEqual({
      status: "few-sizes",
      reason: "0 sizes; at least 3 are needed",
    });
    expect(statusOf(valley(around), 0.001, { interpolation: parabola, window: 1.2 }).reason).toBe(
      "1 size within a factor of 1.2 of the lowest; at least 3 are needed",
    );
    expect(statusOf(valley([1e8, 2e8]), 0.001, { interpolation: akima, window: Number.NaN }).reason).toBe(
      "2 sizes; at least 3 are needed",
    );
  });

  test("a loss that falls to an edge; draws say which", () => {
    const budget = valley([1e7, 2e7, 4e7, 8e7].map((n) => n / 10));
    expect(statusOf(budget)).toEqual({ status: "edge", reason: "the loss falls up to the largest size" });
    const { draws, logN } = budgetMinimum(budget, setting, 0.001);
    expect(logN).toBeNaN();
    expect(draws!.edgeShare).toBe(1);
    expect(draws!.logN[0]).toBe(Number.POSITIVE_INFINITY);
    expect(draws!.logD[0]).toBe(Number.NEGATIVE_INFINITY);
  });

  test("a minimum that most draws have not", () => {
    const budget = valley([9.9e7, 1.2e8, 1.5e8]);
    const { status, draws } = budgetMinimum(budget, setting, 0.01);
    // Parabolas that open downwards are no edges: they are counted apart.
    expect(draws!.edgeShare).toBeGreaterThan(0);
    expect(draws!.lostShare).toBeGreaterThan(0);
    expect(draws!.edgeShare + draws!.lostShare).toBeGreaterThan(0.5);
    expect(draws!.logN.filter(Number.isNaN)).toHaveLength(400 * draws!.lostShare);
    expect(status).toBe("unstable");
  });

  test("a hill", () => {
    const budget = valley(around);
    const runs = budget.runs.map((run) => ({ ...run, loss: 6 - run.loss }));
    expect(statusOf({ ...budget, runs }).status).toBe("not-convex");
  });

  test("noise that is not known: a minimum without draws", () => {
    const budget = valley(around);
    const found = budgetMinimum(budget, setting, Number.NaN);
    expect(found).toMatchObject({ status: "no-noise", draws: undefined });
    expect(Math.exp(found.logN)).toBeCloseTo(1e8, 2);
  });

  test("noise of 0, and losses that tell none: a minimum without an interval, and why", () => {
    const budget = valley(around);
    expect(budgetMinimum(budget, setting, 0)).toMatchObject({
      status: "no-spread",
      reason: "no interval: noise is 0",
      draws: undefined,
    });
    const [told] = budgetMinima([budget], setting, { ...noiseOf(budget, 0), source: "fit", freedom: 3 });
    expect(told!.reason).toContain("to rounding and show no noise; give noise");
  });
});
