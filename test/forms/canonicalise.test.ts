import { describe, expect, test } from "vitest";
import { formatExpression } from "../../src/forms/expression.ts";
import { quickForm } from "./helpers.ts";

/** What the value of a form calls, and its columns. */
function summary(
  expression: string,
  parameters: string,
  variables = "x",
): { calls: string[]; columns: string[] } {
  const form = quickForm(expression, parameters, variables);
  const value = form.kernelSource.split("V value(")[1]!.split("  }")[0]!;
  const calls = [...value.matchAll(/lf::(\w+)|(\/)/g)].map((match) => match[1] ?? "reciprocal");
  return {
    calls: calls.filter((name) => name !== "fma"),
    columns: form.columns.map((column) => formatExpression(column, form.parameterNames, form.variableNames)),
  };
}

test.each<[string, string, string[], string[]]>([
  ["y = exp(a)/x^k", "a k", ["exp"], ["ln(x)"]],
  ["y = exp(a)*exp(-k*ln(x))", "a k", ["exp"], ["ln(x)"]],
  ["y = 1/exp(k*x)", "k", ["exp"], ["x"]],
  ["y = exp(k*x)^2/exp(a)", "a k", ["exp"], ["2*x"]],
  ["y = a*x^k", "a k", ["exp"], ["ln(x)"]],
  ["y = 1/(1 + exp(-k*x))", "k", ["sigmoid"], ["x"]],
  ["y = a/(exp(k - x) + 1)^2", "a k", ["sigmoid"], ["x"]],
  ["y = exp(k*x)/(1 + exp(k*x))", "k", ["sigmoid"], ["x"]],
  ["y = ln(1 + exp(k*x))", "k", ["softplus"], ["x"]],
  ["y = ln(sigmoid(k*x))", "k", ["log_sigmoid"], ["x"]],
  ["y = log(1/(1 + exp(-k*x)))", "k", ["log_sigmoid"], ["x"]],
  ["y = ln(exp(a)*exp(k*x))", "a k", [], ["x"]],
  ["y = a*x^2*k/3*ln(x)", "a k", [], ["0.3333333333333333*x^2*ln(x)"]],
  ["y = a + x + 1 - k*x^3 + x^2", "a k", [], ["x^3", "1 + x + x^2"]],
  ["y = a*(k*x)^3", "a k", [], ["x*x*x"]],
  ["y = a*(k + x)^0.5", "a k", ["sqrt"], ["x"]],
  ["y = a/(b*(k + x))", "a b k", ["reciprocal"], ["x"]],
  ["y = sin(2*pi*x/b)", "b", ["sin"], ["2*3.141592653589793*x"]],
])("%s (parameters %s) calls %j over columns %j", (expression, parameters, calls, columns) => {
  expect(summary(expression, parameters)).toEqual({ calls, columns });
});

test("what depends on the parameters alone is computed once a step", () => {
  const form = quickForm("y = exp(a)*x/(1 + exp(b)) + ln(a)", "a b");
  const prepare = form.kernelSource.split("void prepare(")[1]!.split("  }")[0]!;
  const value = form.kernelSource.split("V value(")[1]!.split("  }")[0]!;
  expect(prepare).toContain("lf::exp");
  expect(value).not.toMatch(/lf::(exp|log|sigmoid)/);
});

describe("canonical form keeps the value", () => {
  test.each<[string, string, (a: number, k: number, x: number) => number]>([
    ["y = exp(a)/x^k", "a k", (a, k, x) => Math.exp(a) / x ** k],
    ["y = a/(exp(k - x) + 1)^2", "a k", (a, k, x) => a / (Math.exp(k - x) + 1) ** 2],
    ["y = (a - x)^-3*k", "a k", (a, k, x) => k / (a - x) ** 3],
    ["y = (a + x)^2.5/k^0.5", "a k", (a, k, x) => (a + x) ** 2.5 / Math.sqrt(k)],
    ["y = a - (x - k) - 2*(x - k)", "a k", (a, k, x) => a - 3 * (x - k)],
    ["y = 3^(k*x)/a", "a k", (a, k, x) => 3 ** (k * x) / a],
    ["y = -(2 - x)*(x - k)*(k - x)*a", "a k", (a, k, x) => (2 - x) * (x - k) ** 2 * a],
    ["y = log10(a*x) - log2(k + x)", "a k", (a, k, x) => Math.log10(a * x) - Math.log2(k + x)],
    ["y = a*x/k/x/(a*k)", "a k", (_, k) => 1 / k ** 2],
    ["y = 1/(a*(1 + exp(k*x))*(x + k)*x)", "a k", (a, k, x) => 1 / (a * (1 + Math.exp(k * x)) * (x + k) * x)],
  ])("%s", (expression, parameters, expected) => {
    const form = quickForm(expression, parameters);
    for (const [a, k, x] of [
      [1.3, 0.7, 2.1],
      [0.4, 1.9, 0.6],
    ] as const) {
      const exact = expected(a, k, x);
      expect(Math.abs(form.value([a, k], [x]) / exact - 1)).toBeLessThan(1e-14);
    }
  });
});

describe("a power of what is 0 at some points", () => {
  const form = quickForm("y = a*max(x - 1, 0)^c", "a c");

  test.each([
    ["0 for a positive exponent", 0.01, 0],
    ["1 for an exponent of 0", 0, 1],
    ["infinite for a negative one", -0.5, Number.POSITIVE_INFINITY],
  ])("is there %s", (_, c, expected) => {
    expect(form.value([1, c], [0.4])).toBe(expected);
  });

  test("and where it is not 0 the usual one", () => {
    expect(form.value([2, 1.5], [4])).toBeCloseTo(2 * 3 ** 1.5, 12);
    const gradient = new Float64Array(2);
    form.gradient([2, 1.5], [0.4], gradient);
    expect([...gradient].map(Math.abs)).toEqual([0, 0]);
  });

  test("its logarithm is no column to be centred", () => {
    expect(quickForm("y = exp(a)*max(x - 1, 0)^c", "a c").logTerms).toEqual([]);
    expect(quickForm("y = exp(a)*x^c", "a c").logTerms).toHaveLength(1);
  });
});
