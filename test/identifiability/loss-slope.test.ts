import { expect, test } from "vitest";
import { lossSlope } from "../../src/identifiability/loss-slope.ts";
import { expectClose } from "../intervals/close.ts";

const residual = Float64Array.of(-0.31, 0.12, 0.05, -0.02, 0.4, -0.17, 0.22, 0.08, -0.09, -0.26, 0.03, 0.15);
const weights = new Float64Array(12).fill(1);

test("the squared loss has slope 1, and so has Huber's where all residuals are within delta", () => {
  expect(lossSlope({ kind: "squared" }, residual, weights)).toBe(1);
  expect(lossSlope({ kind: "huber", delta: 10 }, residual, weights)).toBe(1);
});

test("a small delta counts within the Hall-Sheather bandwidth (SciPy)", () => {
  expectClose(lossSlope({ kind: "huber", delta: 0.01 }, residual, weights), 0.029486762543319184, 1e-9);
});

test("a delta above the bandwidth counts the residuals within it", () => {
  // All but 0.4 and -0.31.
  expectClose(lossSlope({ kind: "huber", delta: 0.3 }, residual, weights), 10 / 12);
});

test("points of weight 0 do not count", () => {
  const more = Float64Array.of(...residual, 1000);
  const slope = lossSlope({ kind: "huber", delta: 0.01 }, more, Float64Array.of(...weights, 0));
  expectClose(slope, 0.029486762543319184, 1e-9);
});
