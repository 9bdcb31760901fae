import { expect, test } from "vitest";
import { latexName } from "../../src/forms/latex.ts";
import { quickForm } from "./helpers.ts";

test.each([
  ["alpha", "\\alpha"],
  ["L0", "L_0"],
  ["w10", "w_{10}"],
  ["alpha_N", "\\alpha_N"],
  ["beta2", "\\beta_2"],
  ["A_hf", "A_{\\mathrm{hf}}"],
  ["accuracy", "\\mathrm{accuracy}"],
  ["E", "E"],
  ["my_long_name", "\\mathrm{my}_{\\mathrm{long\\_name}}"],
])("the name %s is %s", (name, latex) => {
  expect(latexName(name)).toBe(latex);
});

test.each([
  ["L = exp(a - kappa*ln(x))", "a kappa", "L = \\exp\\left(a - \\kappa \\, \\ln\\left(x\\right)\\right)"],
  ["y = a/(1 + x^k)", "a k", "y = \\frac{a}{1 + x^{k}}"],
  ["y = (a + x)^-k", "a k", "y = \\left(a + x\\right)^{-k}"],
  ["y = -(a - x)*k", "a k", "y = -\\left(a - x\\right) \\, k"],
  ["y = a - (x - k)", "a k", "y = a - \\left(x - k\\right)"],
  ["y = a*(x/2)*k", "a k", "y = a \\, \\frac{x}{2} \\, k"],
  ["y = (x/a)^2", "a", "y = \\left(\\frac{x}{a}\\right)^{2}"],
  ["y = 2*pi*a*x*3", "a", "y = 2 \\, \\pi \\, a \\, x \\cdot 3"],
  [
    "y = sqrt(a)*abs(x) + max(a, 1e-9)",
    "a",
    "y = \\sqrt{a} \\, \\left|x\\right| + \\max\\left(a, 1 \\cdot 10^{-9}\\right)",
  ],
])("%s is typeset", (expression, parameters, latex) => {
  expect(quickForm(expression, parameters).latex).toBe(latex);
});
