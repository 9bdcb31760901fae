import { expect, test } from "vitest";
import { estimateNoise } from "../../src/isoflop/noise.ts";
import { randomStream } from "../../src/random.ts";
import { BUDGETS, lossAt, sizesAround } from "./surface.ts";

/** Budgets with sizes between two multiples of the best, and noise. */
function budgets(noise: number, sizes: readonly number[], key: string, replicates = 1) {
  const stream = randomStream(key);
  const [smallest, largest, count] = sizes as [number, number, number];
  return BUDGETS.map((c) => {
    const each = sizesAround(c, smallest, largest, count).flatMap((n) => Array<number>(replicates).fill(n));
    return {
      x: Float64Array.from(each, Math.log),
      losses: Float64Array.from(each, (n) => lossAt(n, c) * (1 + noise * stream.normal())),
    };
  });
}

/** Root mean square of the estimates over data sets, as a multiple of the noise. */
function ratio(noise: number, sizes: readonly number[]): number {
  const squares = Array.from({ length: 40 }, (_, i) => {
    return (estimateNoise(budgets(noise, sizes, `noise ${i}`)).noise / noise) ** 2;
  });
  return Math.sqrt(squares.reduce((sum, one) => sum + one, 0) / squares.length);
}

test.each([
  ["near the best size", [0.3, 3, 11]],
  ["over a factor of 900, where no cubic goes through them", [1 / 30, 30, 15]],
  ["few and far apart", [1 / 30, 30, 5]],
  ["four a budget", [0.4, 2.5, 4]],
])("sizes %s: the noise of a simulated surface is found, from 0.05 %% to 1 %%", (_, sizes) => {
  for (const noise of [0.0005, 0.005, 0.01]) {
    // 40 data sets of 6 degrees of freedom or more: a standard error of 5 %.
    expect(ratio(noise, sizes), String(noise)).toBeGreaterThan(0.85);
    expect(ratio(noise, sizes), String(noise)).toBeLessThan(1.15);
  }
});

test("budgets without noise tell none", () => {
  expect(estimateNoise(budgets(0, [0.1, 10, 9], "exact")).noise).toBeLessThan(1e-8);
});

test("runs of one size tell it where there are enough of them, whatever curve the sizes lie on", () => {
  const stream = randomStream("replicates");
  const x = Float64Array.from({ length: 40 }, (_, i) => 18 + Math.floor(i / 4) / 5);
  const losses = x.map((one) => (3 + Math.sin(9 * one)) * (1 + 0.002 * stream.normal()));
  const { noise, freedom, from } = estimateNoise([{ x, losses }]);
  expect([freedom, from]).toEqual([30, "replicates"]);
  // 30 degrees of freedom: a standard error of 13 %.
  expect(Math.abs(noise / 0.002 - 1)).toBeLessThan(0.3);
});

test("fewer runs of one size count with the residuals", () => {
  const [one] = budgets(0.001, [0.4, 2.5, 4], "few replicates", 2);
  const { freedom, from } = estimateNoise([one!]);
  expect(from).toBe("fit");
  expect(freedom).toBeGreaterThan(3);
  expect(freedom).toBeLessThanOrEqual(5);
});

test("three sizes a budget say nothing", () => {
  expect(estimateNoise(budgets(0.001, [0.5, 2, 3], "three"))).toMatchObject({
    noise: Number.NaN,
    freedom: 0,
  });
  expect(estimateNoise([])).toMatchObject({ noise: Number.NaN, freedom: 0 });
});
