import { expect, test } from "vitest";
import { betaProbability, betaQuantile } from "../../../src/intervals/distributions.ts";
import { expectClose } from "../close.ts";

// scipy.stats.beta.cdf(x, a, b), SciPy 1.17.1
test.each([
  [0.1, 0.5, 0.5, 0.20483276469913345],
  [0.5, 3, 4, 0.65625],
  [0.99, 20, 0.7, 0.6713920763290323],
  [0.31, 300, 650, 0.35327467970414167],
  [1e-5, 0.2, 9, 0.1675013314617727],
])("probability of at most %f under Beta(%f, %f)", (x, a, b, p) => {
  expectClose(betaProbability(x, a, b), p, 1e-11);
});

// scipy.stats.beta.ppf(p, a, b), SciPy 1.17.1
test.each([
  [0.025, 3, 15, 0.037985068070626],
  [0.975, 4, 14, 0.43431787284428397],
  [0.5, 0.1, 0.2, 0.04165249555559618],
  [0.05, 901, 100, 0.884075488583474],
  [1e-6, 2, 2, 0.0005774614337920399],
])("quantile %f of Beta(%f, %f)", (p, a, b, x) => {
  expectClose(betaQuantile(p, a, b), x, 1e-11);
});

test("ends and beyond", () => {
  expect([betaProbability(0, 2, 3), betaProbability(1, 2, 3)]).toEqual([0, 1]);
  expect([betaQuantile(0, 2, 3), betaQuantile(1, 2, 3)]).toEqual([0, 1]);
  expect([betaProbability(1.1, 2, 3), betaQuantile(-0.1, 2, 3), betaQuantile(0.5, 0, 3)]).toEqual(
    Array(3).fill(Number.NaN),
  );
});
