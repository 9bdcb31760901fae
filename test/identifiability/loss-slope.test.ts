import { expect, test } from "vitest";
import { lossSlopes } from "../../src/identifiability/linearise.ts";
import { expectClose } from "../intervals/close.ts";

const residual = Float64Array.of(-0.31, 0.12, 0.05, -0.02, 0.4, -0.17, 0.22, 0.08, -0.09, -0.26, 0.03, 0.15);
const weights = new Float64Array(12).fill(1);
const same = [new Float64Array(12).fill(3)];
const mean = (values: Float64Array): number => values.reduce((sum, one) => sum + one, 0) / values.length;

test("the squared loss has slope 1, and so has Huber's where all residuals are within delta", () => {
  const ones = new Float64Array(12).fill(1);
  expect(lossSlopes({ kind: "squared" }, residual, weights, same)).toEqual(ones);
  expect(lossSlopes({ kind: "huber", delta: 10 }, residual, weights, same)).toEqual(ones);
});

test("a small delta counts within the Hall-Sheather bandwidth (SciPy)", () => {
  const slopes = lossSlopes({ kind: "huber", delta: 0.01 }, residual, weights, same);
  expectClose(mean(slopes), 0.029486762543319184, 1e-9);
  // A point outside of the window has but the tenth that its spread says.
  expectClose(slopes[4]!, 0.002948676254331918, 1e-9);
});

test("a delta above the bandwidth is each point's own indicator", () => {
  const slopes = lossSlopes({ kind: "huber", delta: 0.3 }, residual, weights, same);
  expect(slopes).toEqual(residual.map((r) => Number(Math.abs(r) <= 0.3)));
});

test("points of weight 0 do not count", () => {
  const more = Float64Array.of(...residual, 1000);
  const less = Float64Array.of(...weights, 0);
  const slopes = lossSlopes({ kind: "huber", delta: 0.01 }, more, less, [new Float64Array(13).fill(3)]);
  expectClose(mean(slopes.slice(0, 12)), 0.029486762543319184, 1e-9);
});

test("where the spread grows with an input, a point's slope falls as its density at 0 does", () => {
  // Residuals of two signs, ten times as large at the one end as at the other.
  const x = Float64Array.from({ length: 400 }, (_, i) => 10 ** (i / 400));
  const spread = x.map((one, i) => 0.01 * one * Math.sin(1 + 7 * i));
  const slopes = lossSlopes({ kind: "huber", delta: 1e-5 }, spread, new Float64Array(400).fill(1), [x]);
  const ratio = mean(slopes.slice(0, 40)) / mean(slopes.slice(-40));
  expect(ratio).toBeGreaterThan(6);
  expect(ratio).toBeLessThan(10);
});
