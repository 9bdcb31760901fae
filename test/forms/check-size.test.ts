import { describe, expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { measureExpression } from "../../src/forms/check-record.ts";
import { defineForm } from "../../src/forms/define-form.ts";
import type { FormRecord } from "../../src/forms/form.ts";
import { quickForm, quickRecord } from "./helpers.ts";

/** What is nested so many times around a text. */
const nested = (times: number, around: (inner: string) => string, text: string): string =>
  times === 0 ? text : nested(times - 1, around, around(text));

/** So many texts, joined. */
const series = (count: number, text: (i: number) => string, between: string): string =>
  Array.from({ length: count }, (_, i) => text(i)).join(between);

/** What the user is told of a form. */
function whyRefused(record: FormRecord): string {
  try {
    defineForm(record);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  return "nothing";
}

const square = (inner: string): string => `(${inner})^2`;

describe("squares in one another are multiplied out as far as they share their factors", () => {
  test.each([8, 12, 16, 24])("%d deep", (depth) => {
    const form = quickForm(`y = ${nested(depth, square, "k*x + m")}`, "k m");
    const power = 2 ** depth;
    const base = 1 + 0.25 / power;
    const [gradient, hessian] = [new Float64Array(2), new Float64Array(3)];
    const value = form.hessian([0.5 / power, base - 0.25 / power], [0.5], gradient, hessian);
    const slope = power * base ** (power - 1);
    const curvature = power * (power - 1) * base ** (power - 2);
    expect(value / base ** power).toBeCloseTo(1, 8);
    expect(gradient[0]! / (slope * 0.5)).toBeCloseTo(1, 8);
    expect(gradient[1]! / slope).toBeCloseTo(1, 8);
    expect(hessian[0]! / (curvature * 0.25)).toBeCloseTo(1, 8);
    expect(hessian[1]! / (curvature * 0.5)).toBeCloseTo(1, 8);
    expect(form.kernelSource.length).toBeLessThan(20_000);
    expect(form.trainingSource.length).toBeLessThan(20_000);
  });

  test("of a product with a column, with a negative power, and with half a power", () => {
    const form = quickForm(`y = ${nested(10, (inner) => `(${inner})^-2`, "exp(a)*x*b")} + b^0.5`, "a b");
    const value = form.value([0.001, 0.999], [1.0005]);
    expect(value).toBeCloseTo((Math.exp(0.001) * 1.0005 * 0.999) ** 1024 + Math.sqrt(0.999), 9);
    const half = quickForm("y = (((a*x*b)^64)^8)^1.5", "a b");
    expect(half.value([1.001, 1.002], [0.998])).toBeCloseTo((1.001 * 1.002 * 0.998) ** 768, 9);
  });
});

describe("a form that is too large is refused in one line, with what was counted and what is allowed", () => {
  const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `p${i}`);
  const levels = "levels of parentheses, signs and powers in one another; allowed: at most 100";
  const operations = "operations in its expression; allowed: at most 2000";
  const steps = "its derivatives take more than the 6000000 steps that are allowed";
  test.each<[what: string, expression: string, message: string, parameters?: string[]]>([
    ["500 parentheses", `y = a*${nested(500, (inner) => `(${inner})`, "x")}`, `500 ${levels}`],
    ["100,000 parentheses", `y = a*${"(".repeat(100_000)}x${")".repeat(100_000)}`, `100000 ${levels}`],
    ["100,000 that are never closed", `y = a*${"(".repeat(100_000)}`, `100000 ${levels}`],
    ["1,000 functions", `y = a*${nested(1000, (inner) => `exp(${inner})`, "x")}`, `1000 ${levels}`],
    ["1,000 signs", `y = a*${"-".repeat(1000)}x`, `1000 ${levels}`],
    ["1,000 times not", `y = a*${"not ".repeat(1000)}x`, `1000 ${levels}`],
    ["a tower of 1,000 powers", `y = a^${series(1000, () => "x", "^")}`, `1001 ${levels}`],
    ["1,000 outputs", `${"y = ".repeat(1000)}a*x`, `1000 ${levels}`],
    ["100,000 signs", `y = a*x${"-".repeat(100_000)}x`, `100001 ${operations}`],
    ["10,000 terms", `y = ${series(10_000, (i) => `sin(a*x + ${i})`, " + ")}`, `39999 ${operations}`],
    ["10,000 names side by side", `y = ${series(10_000, () => "a", " ")}*x`, `10000 ${operations}`],
    ["10,000 arguments", `y = a*max(${series(10_000, () => "x", ",")})`, `10001 ${operations}`],
    ["501 parameters", "y = a*x", "501 parameters; allowed: at most 500", ["a", ...names(500)]],
    ["100,000 parameters", "y = a*x", "100001 parameters; allowed: at most 500", ["a", ...names(100_000)]],
    ["a product of 100 sums", `y = ${series(100, (i) => `(a + b*x + ${i})`, "*")}`, steps, ["a", "b"]],
    ["64th powers 90 deep", `y = ${nested(90, (inner) => `(${inner})^64`, "a*x + b")}`, steps, ["a", "b"]],
    [
      "derivatives that are long",
      `y = ${series(45, (i) => `p${i}*sin(p${i}*x + p${(i + 7) % 45} + exp(p${(i + 3) % 45}*x))`, "*")}`,
      steps,
      names(45),
    ],
    [
      "many operations in the derivatives",
      `y = max(${series(500, (i) => `a*x + ${i}`, ",")})`,
      "its value, gradient and second derivatives are 5488 operations; allowed: at most 5000",
    ],
    ["a constant that overflows", "y = a*(1e308*1e308) + x", "is Infinity, not finite"],
    [
      "a constant that overflows in a derivative",
      "y = 1e308*a^3 + x",
      "of a derivative, is Infinity, not finite",
    ],
    ["a number that overflows", "y = a*x*1e309", "Infinity is not a finite number"],
  ])("%s", (_, expression, message, parameters = ["a"]) => {
    const said = whyRefused(quickRecord(expression, parameters, ["x"]));
    expect(said).toContain(message);
    expect(said).not.toContain("\n");
    expect(said.length).toBeLessThan(400);
  });
});

test("forms at the limits of their text are made", () => {
  const deep = quickForm(`y = a*${nested(98, (inner) => `(${inner})`, "x")}`, "a");
  expect(deep.value([2], [3])).toBe(6);
  const long = quickForm(`y = ${series(999, () => "a*x", " + ")}`, "a");
  expect(long.value([2], [3])).toBe(5994);
  const columns = quickForm(`y = a*(${series(1990, () => "x", " - ")})`, "a");
  expect(columns.value([2], [3])).toBe(-2 * 1988 * 3);
  expect(columns.latex.length).toBeGreaterThan(1990);
});

describe("what is counted of a text", () => {
  test.each<[string, number, number]>([
    ["y = a", 0, 1],
    ["y = a + b*x - 1e-3", 3, 1],
    ["y = exp(a - alpha*ln(N)) + E", 5, 3],
    ["y = -a^-b^2 + -c", 6, 5],
    ["y = max(a, b, c)", 3, 2],
    ["y = )) a", 1, 1],
  ])("%s", (text, operations, depth) => {
    expect(measureExpression(text)).toEqual({ operations, depth });
  });
});
