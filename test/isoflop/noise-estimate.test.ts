import { expect, test } from "vitest";
import { estimateNoise } from "../../src/isoflop/noise-estimate.ts";
import { normalDraws } from "../../src/isoflop/normal-draws.ts";
import { BUDGETS, lossAt, sizesAround } from "./surface.ts";

const x = Float64Array.of(16.5, 16.975, 17.2, 17.645, 18.07, 18.275, 18.78, 19.165, 19.5);
const logLoss = x.map((one) => 3 - 0.1 * (one - 18) + 0.05 * (one - 18) ** 2 + 0.01 * Math.sin(7 * one));

test("root mean square of a cubic's residuals, over points less four", () => {
  // numpy.polyfit of degree 3: sqrt(r @ r / (9 - 4)).
  expect(estimateNoise([{ x, logLoss }])).toEqual({
    noise: expect.closeTo(0.00859684473097901, 12),
    freedom: 5,
  });
});

test("budgets are pooled by their freedom; those of four sizes or fewer say nothing", () => {
  const straight = { x: x.slice(0, 6), logLoss: x.slice(0, 6) };
  const few = { x: Float64Array.of(1, 1, 2, 3, 4), logLoss: Float64Array.of(9, 1, 8, 2, 7) };
  const { noise, freedom } = estimateNoise([{ x, logLoss }, straight, few]);
  expect(freedom).toBe(5 + 2);
  expect(noise).toBeCloseTo(0.00859684473097901 * Math.sqrt(5 / 7), 12);
  expect(estimateNoise([few])).toEqual({ noise: Number.NaN, freedom: 0 });
});

test("the noise of a simulated surface is found", () => {
  const curves = BUDGETS.map((c) => {
    const sizes = sizesAround(c, 0.3, 3, 11);
    const noise = normalDraws(7, `budget ${c}`, 11);
    return {
      x: Float64Array.from(sizes, Math.log),
      logLoss: Float64Array.from(sizes, (n, i) => Math.log(lossAt(n, c) * (1 + 0.002 * noise[i]!))),
    };
  });
  // 56 degrees of freedom: a standard error of 9.4 %.
  expect(Math.abs(estimateNoise(curves).noise / 0.002 - 1)).toBeLessThan(0.2);
});
