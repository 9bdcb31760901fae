import { expect, test } from "vitest";
import { logBeta, logGamma } from "../../../src/intervals/distributions.ts";
import { expectClose } from "../close.ts";

// scipy.special.gammaln(x), SciPy 1.17.1
test.each([
  [0.01, 4.599479878042022],
  [0.5, 0.5723649429247],
  [3.3, 0.9870985778947343],
  [11.9, 17.25847745059552],
  [12.1, 17.74700727079874],
  [500, 2605.115850361734],
])("logarithm of gamma at %f", (x, value) => {
  expectClose(logGamma(x), value, 1e-13);
});

test("the factorial of 9", () => {
  expect(logGamma(10)).toBeCloseTo(Math.log(362880), 13);
});

// scipy.special.betaln(a, b), SciPy 1.17.1
test.each([
  [0.5, 0.5, 1.1447298858494],
  [1e5, 2e5, -190958.8852791167],
  [13, 2.5, -6.265017124980808],
])("logarithm of beta at %f, %f", (a, b, value) => {
  expectClose(logBeta(a, b), value, 1e-13);
  expectClose(logBeta(b, a), value, 1e-13);
});

test("beta where the difference of two large logarithms would lose its digits: B(5, x) = 4! / (x ... (x + 4))", () => {
  const x = 1e6;
  const product = [0, 1, 2, 3, 4].reduce((sum, k) => sum + Math.log(x + k), 0);
  expectClose(logBeta(5, x), Math.log(24) - product, 1e-14);
});
