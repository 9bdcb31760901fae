import { expect, test } from "vitest";
import { formatEquation } from "../../src/fit/equation.ts";
import { defineForm } from "../../src/forms/define-form.ts";
import type { Form } from "../../src/forms/form.ts";
import { getForm } from "../../src/forms/registry.ts";

/** A law whose values vary by far more than rounding moves them. */
const problem = (form: Form) => ({
  form,
  variables: form.variableNames.map(() => Float64Array.of(2)),
  response: Float64Array.of(1e9),
});

test("scales are rounded once, and powers are written as powers", () => {
  // exp(5.996148) is 401.878; of the level to 6 digits, 5.99615, it is 401.879.
  expect(formatEquation(problem(getForm("chinchilla")), [5.9961475, 6.0185, 0.34, 0.28, 1.69])).toBe(
    "L = 401.878/N^0.34 + 410.962/D^0.28 + 1.69",
  );
  expect(formatEquation(problem(getForm("kaplan")), [19.535132, 0.76, 30.44201, 0.505731])).toBe(
    `L = (${Number(Math.exp(19.535132).toPrecision(6)).toExponential()}/N^0.76 + ${Number(Math.exp(30.44201).toPrecision(6)).toExponential()}/D)^0.505731`,
  );
});

test.each([
  ["E - b*sin(x)", [1, -0.03], "y = 1 + 0.03*sin(x)"],
  ["E + b*sin(x)", [1, -0.03], "y = 1 - 0.03*sin(x)"],
  ["E - b - x", [-1, -0.03], "y = -1 + 0.03 - x"],
  ["E*(x - b)", [-2, -1], "y = -2*(x + 1)"],
  ["E - 2*b*x", [1, -3], "y = 1 + 2*3*x"],
  ["E + x^b", [1, -0.5], "y = 1 + x^(-0.5)"],
  ["E^2 + b*x", [-3, 1], "y = (-3)^2 + 1*x"],
  ["E + exp(b*x)", [1, -2], "y = 1 + exp(-2*x)"],
  ["E + exp(-b*x)", [1, -2], "y = 1 + exp(2*x)"],
  ["E + exp(b + x*ln(x))", [1, 2], "y = 1 + exp(2 + x*ln(x))"],
  ["E + exp(b*ln(x) - x)", [1, 2], "y = 1 + x^2*exp(-x)"],
  ["E + b*ln(x/123456789)", [1, 2.5e-7], "y = 1 + 2.5e-7*ln(x/1.23456789e+8)"],
])("%s of %j", (expression, parameters, text) => {
  const range = [-9, 9] as const;
  const form = defineForm({
    ...{ name: "own", expression: `y = ${expression}`, parameters: { E: {}, b: {} }, variables: { x: "" } },
    ...{ startRanges: { default: { E: range, b: range } }, description: "", source: "" },
  });
  expect(formatEquation(problem(form), parameters)).toBe(text);
});

test("a law of terms that cancel has the digits that it takes to compute its values", () => {
  const range = [-9, 9] as const;
  const form = defineForm({
    ...{ name: "own", expression: "y = E + b*x", parameters: { E: {}, b: {} }, variables: { x: "" } },
    ...{ startRanges: { default: { E: range, b: range } }, description: "", source: "" },
  });
  const [variables, response] = [[Float64Array.of(1e6, 1e6 + 1)], Float64Array.of(2.01, 3.02)];
  const text = formatEquation({ form, variables, response }, [-1010000.123456, 1.01000212]);
  expect(text).toBe("y = -1.010000123e+6 + 1.01000212*x");
});
