import { describe, expect, test } from "vitest";
import type { BudgetMinimum } from "../../src/isoflop/budget-minimum.ts";
import { powerLaws } from "../../src/isoflop/law.ts";
import { randomStream } from "../../src/random.ts";
import { BUDGETS } from "./surface.ts";

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
    budget: { c, runs: [], leftOut: 0, leftOutReason: null, joinedBy: null, spendsAll: true },
    sizes: 9,
    lowest: { n: 1, loss: 1 },
    ...{ logN, logD, loss: 2, status: "ok", reason: null },
    draws: {
      logN: Float64Array.from(steps, (step) => logN + step * spread),
      logD: Float64Array.from(steps, (step) => logD - step * spread),
      loss: new Float64Array(steps.length),
      weights: new Float64Array(steps.length).fill(1),
      ...{ edgeShare: 0, lostShare: 0, spread },
    },
    ...more,
  };
}

/** Noise that is known: the draws are given. */
const KNOWN: Parameters<typeof powerLaws>[2] = {
  ...{ sd: 0.001, freedom: Number.POSITIVE_INFINITY },
  source: "given",
  scales: new Float64Array(101).fill(1),
};

const STEPS = Array.from({ length: 101 }, (_, i) => (i - 50) / 25);
const still = STEPS.map(() => 0);

test("exponent, coefficient and fit of minima that follow a law", () => {
  const minima = [1e18, 1e19, 1e20].map((c, i) => minimum(c, 0.01, i === 2 ? STEPS : still));
  const [law] = powerLaws(minima, "n", KNOWN, [0.9]);
  expect(law!.exponent).toBeCloseTo(0.5, 12);
  expect(law!.coefficient).toBeCloseTo(0.1, 10);
  expect(law).toMatchObject({ budgets: 3, leftOut: 0, draws: 101 });
  expect(law!.rSquared).toBeCloseTo(1, 12);
});

test("the interval is that of the draws' lines", () => {
  // The last budget alone moves, over a decade from the other: by its draws / ln 10.
  const [law] = powerLaws([minimum(1e18, 0.02, still), minimum(1e19, 0.02, STEPS)], "n", KNOWN, [0.9]);
  expect(law!.exponentEnds.lower).toBeCloseTo(0.5 - (0.02 * 1.8) / Math.log(10), 12);
  expect(law!.exponentEnds.upper).toBeCloseTo(0.5 + (0.02 * 1.8) / Math.log(10), 12);
  expect(law!.coefficientEnds.lower).toBeLessThan(0.1);
  expect(law!.coefficientEnds.upper).toBeGreaterThan(0.1);
});

test("where tokens are C/(6N), their exponent is one less that of the size, ends and all", () => {
  const minima = [1e18, 1e19, 1e20].map((c, i) => minimum(c, 0.01 * (i + 1), i === 1 ? STEPS : still));
  const [n] = powerLaws(minima, "n", KNOWN, [0.9]);
  const [d] = powerLaws(minima, "d", KNOWN, [0.9]);
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
      KNOWN,
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
      const [law] = powerLaws(minima, "n", KNOWN, [0.9]);
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
    const [law] = powerLaws([...good, third], "n", KNOWN, [0.9]);
    expect(law!.draws).toBe(101);
    expect(Number.isFinite(law!.exponentEnds.upper)).toBe(true);
  });

  test("fewer than two have no law", () => {
    expect(powerLaws(good.slice(0, 1), "n", KNOWN, [0.9])[0]).toMatchObject({
      exponent: Number.NaN,
      coefficient: Number.NaN,
      budgets: 1,
      status: "few-budgets",
    });
    expect(powerLaws([], "d", KNOWN, [0.9])[0]).toMatchObject({ budgets: 0, status: "few-budgets" });
  });

  test("without noise the law has no interval", () => {
    const minima = good.map((one): BudgetMinimum => ({ ...one, draws: undefined, status: "no-noise" }));
    const [law] = powerLaws(minima, "n", { ...KNOWN, sd: Number.NaN }, [0.9]);
    expect(law).toMatchObject({ status: "no-noise", exponentEnds: { lower: Number.NaN, upper: Number.NaN } });
    expect(law!.exponent).toBeCloseTo(0.5, 12);
  });
});

describe("budgets that scatter as the noise does not lead to", () => {
  /** Eight budgets that lie off the law by turns, up and down, by a multiple of their spread. */
  const scattered = (multiple: number, noise: Parameters<typeof powerLaws>[2] = KNOWN) => {
    const minima = BUDGETS.map((c, b) => {
      // Draws that budgets do not share.
      const stream = randomStream(`budget ${b}`);
      const one = minimum(
        c,
        0.01,
        STEPS.map(() => stream.normal()),
      );
      return { ...one, logN: one.logN + (b % 2 === 0 ? 0.01 : -0.01) * multiple };
    });
    return powerLaws(minima, "n", noise, [0.9])[0]!;
  };

  test("farther off than the noise explains: the interval is said to be too narrow", () => {
    const { status, reason, scatter, scatterProbability } = scattered(3);
    expect(scatter).toBeGreaterThan(3);
    expect(scatterProbability).toBeLessThan(1e-6);
    expect(status).toBe("over-scattered");
    expect(reason).toMatch(/too narrow.*standard_error/);
  });

  test("nearer: the noise is said to be overstated", () => {
    const { status, reason, scatterProbability } = scattered(0.1);
    expect(scatterProbability).toBeGreaterThan(0.99);
    expect(status).toBe("under-scattered");
    expect(reason).toMatch(/noise is overstated/);
  });

  test("as it explains: nothing to say", () => {
    expect(scattered(1)).toMatchObject({ status: "ok", reason: null });
  });

  test("draws that move all budgets alike are no scatter", () => {
    const stream = randomStream("alike");
    const alike = STEPS.map(() => 100 * stream.normal());
    const minima = BUDGETS.map((c, b) => {
      const single = randomStream(`budget ${b}`);
      const one = minimum(
        c,
        0.01,
        alike.map((step) => step + single.normal()),
      );
      return { ...one, logN: one.logN + (b % 2 === 0 ? 0.01 : -0.01) };
    });
    const [law] = powerLaws(minima, "n", KNOWN, [0.9]);
    expect(law!.scatter).toBeGreaterThan(0.8);
    expect(law!.scatter).toBeLessThan(1.6);
  });

  test("noise that few runs tell excuses more scatter than noise that is known", () => {
    expect(scattered(2).status).toBe("over-scattered");
    expect(scattered(2, { ...KNOWN, freedom: 3 }).status).toBe("ok");
  });
});

test("noise of 0 gives a law without an interval, and says why", () => {
  const minima = [1e18, 1e19].map((c): BudgetMinimum => {
    return { ...minimum(c, 0.01, STEPS), draws: undefined, status: "no-spread" };
  });
  const [law] = powerLaws(minima, "n", { ...KNOWN, sd: 0 }, [0.9]);
  expect(law).toMatchObject({
    status: "no-spread",
    reason: "no interval: noise is 0",
    exponentEnds: { lower: Number.NaN, upper: Number.NaN },
  });
  expect(law!.exponent).toBeCloseTo(0.5, 12);
});
