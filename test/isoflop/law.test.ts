import { describe, expect, test } from "vitest";
import type { BudgetMinimum } from "../../src/isoflop/budget-minimum.ts";
import { powerLaws } from "../../src/isoflop/law.ts";

/** A minimum at 0.1 C^0.5 whose draws lie a multiple of its spread above or below. */
function minimum(
  c: number,
  spread: number,
  steps: readonly number[],
  more: Partial<BudgetMinimum> = {},
): BudgetMinimum {
  const logN = Math.log(0.1) + 0.5 * Math.log(c);
  const logD = Math.log(c / 6) - logN;
  return {
    budget: { c, runs: [], leftOut: 0, spendsAll: true },
    sizes: 9,
    lowest: { n: 1, loss: 1 },
    ...{ logN, logD, loss: 2, status: "ok", reason: null },
    draws: {
      logN: Float64Array.from(steps, (step) => logN + step * spread),
      logD: Float64Array.from(steps, (step) => logD - step * spread),
      loss: new Float64Array(steps.length),
      ...{ edgeShare: 0, lostShare: 0, spread },
    },
    ...more,
  };
}

const STEPS = Array.from({ length: 101 }, (_, i) => (i - 50) / 25);
const still = STEPS.map(() => 0);

test("exponent, coefficient and fit of minima that follow a law", () => {
  const minima = [1e18, 1e19, 1e20].map((c, i) => minimum(c, 0.01, i === 2 ? STEPS : still));
  const [law] = powerLaws(minima, "n", [0.9]);
  expect(law!.exponent).toBeCloseTo(0.5, 12);
  expect(law!.coefficient).toBeCloseTo(0.1, 10);
  expect(law).toMatchObject({ budgets: 3, leftOut: 0, draws: 101, status: "ok", reason: null });
  expect(law!.rSquared).toBeCloseTo(1, 12);
  expect(law!.scatter).toBeLessThan(1e-10);
});

test("the interval is that of the draws' lines", () => {
  // The last budget alone moves, over a decade from the other: by its draws / ln 10.
  const [law] = powerLaws([minimum(1e18, 0.02, still), minimum(1e19, 0.02, STEPS)], "n", [0.9]);
  expect(law!.exponentEnds.lower).toBeCloseTo(0.5 - (0.02 * 1.8) / Math.log(10), 12);
  expect(law!.exponentEnds.upper).toBeCloseTo(0.5 + (0.02 * 1.8) / Math.log(10), 12);
  expect(law!.coefficientEnds.lower).toBeLessThan(0.1);
  expect(law!.coefficientEnds.upper).toBeGreaterThan(0.1);
});

test("where tokens are C/(6N), their exponent is one less that of the size, ends and all", () => {
  const minima = [1e18, 1e19, 1e20].map((c, i) => minimum(c, 0.01 * (i + 1), i === 1 ? STEPS : still));
  const [n] = powerLaws(minima, "n", [0.9]);
  const [d] = powerLaws(minima, "d", [0.9]);
  expect(d!.exponent).toBeCloseTo(1 - n!.exponent, 12);
  expect(d!.exponentEnds.lower).toBeCloseTo(1 - n!.exponentEnds.upper, 12);
});

test("a budget with less spread counts more", () => {
  const off = minimum(1e20, 0.1, STEPS);
  const moved = { ...off, logN: off.logN + 0.3 };
  const exponentOf = (spread: number) =>
    powerLaws(
      [
        minimum(1e18, 0.01, STEPS),
        minimum(1e19, 0.01, STEPS),
        { ...moved, draws: { ...off.draws!, spread } },
      ],
      "n",
      [0.9],
    )[0]!.exponent;
  expect(exponentOf(1)).toBeCloseTo(0.5, 3);
  expect(exponentOf(0.01)).toBeCloseTo(0.5 + 0.3 / (2 * Math.log(10)), 3);
});

describe("budgets that are not told by their sizes", () => {
  const good = [1e18, 1e19].map((c) => minimum(c, 0.01, STEPS));

  test.each(["edge", "unstable", "few-sizes", "not-convex"] as const)(
    "%s: left out and counted",
    (status) => {
      const minima = [...good, minimum(1e20, 0.01, STEPS, { status, logN: 1 })];
      const [law] = powerLaws(minima, "n", [0.9]);
      expect(law).toMatchObject({ budgets: 2, leftOut: 1 });
      expect(law!.exponent).toBeCloseTo(0.5, 12);
    },
  );

  test("a draw at an edge leaves its budget out of that draw's line", () => {
    const third = minimum(
      1e20,
      0.01,
      STEPS.map((_, i) => (i === 0 ? Number.POSITIVE_INFINITY : 0)),
    );
    const [law] = powerLaws([...good, third], "n", [0.9]);
    expect(law!.draws).toBe(101);
    expect(Number.isFinite(law!.exponentEnds.upper)).toBe(true);
  });

  test("fewer than two have no law", () => {
    expect(powerLaws(good.slice(0, 1), "n", [0.9])[0]).toMatchObject({
      exponent: Number.NaN,
      coefficient: Number.NaN,
      budgets: 1,
      status: "few-budgets",
    });
    expect(powerLaws([], "d", [0.9])[0]).toMatchObject({ budgets: 0, status: "few-budgets" });
  });

  test("without noise the law has no interval", () => {
    const minima = good.map((one): BudgetMinimum => ({ ...one, draws: undefined, status: "no-noise" }));
    const [law] = powerLaws(minima, "n", [0.9]);
    expect(law).toMatchObject({ status: "no-noise", exponentEnds: { lower: Number.NaN, upper: Number.NaN } });
    expect(law!.exponent).toBeCloseTo(0.5, 12);
  });
});
