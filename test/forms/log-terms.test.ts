import { expect, test } from "vitest";
import { getForm } from "../../src/forms/registry.ts";
import { quickForm } from "./helpers.ts";

test("chinchilla has a model-size term and a data term", () => {
  const form = getForm("chinchilla");
  expect(form.logTerms).toEqual([
    { level: 0, levelSign: 1, slopes: [{ parameter: 2, column: 0, sign: -1 }] },
    { level: 1, levelSign: 1, slopes: [{ parameter: 3, column: 1, sign: -1 }] },
  ]);
});

test("a term divided by powers is found too, with all its slopes", () => {
  expect(quickForm("y = exp(-c)*N^k/D^m + E", "c k m E", "N D").logTerms).toEqual([
    {
      level: 0,
      levelSign: -1,
      slopes: [
        { parameter: 1, column: 0, sign: 1 },
        { parameter: 2, column: 1, sign: -1 },
      ],
    },
  ]);
});

test("terms inside other functions count", () => {
  expect(getForm("single-step").logTerms).toHaveLength(2);
  expect(quickForm("y = b*ln(1 + k*exp(a - c*x))", "a b c k").logTerms).toHaveLength(1);
});

test("two terms may share a column", () => {
  expect(quickForm("y = exp(a - k*ln(x)) + exp(b - m*ln(x))", "a b k m").logTerms).toHaveLength(2);
});

test.each([
  ["the level stands elsewhere too", "y = exp(a - k*x) + a", "a k"],
  ["the level is that of two terms", "y = exp(a - k*x) + exp(a - m*x^2)", "a k m"],
  ["the column stands elsewhere too", "y = exp(a - k*x) + b*x", "a b k"],
  ["there are two levels", "y = exp(a + b - k*x)", "a b k"],
  ["there is no level", "y = b*exp(-k*x)", "b k"],
  ["there is no slope", "y = exp(a) + b*x", "a b"],
  ["the level has a coefficient", "y = exp(2*a - k*x)", "a k"],
  ["a constant is in the exponent", "y = exp(a - k*x + 1)", "a k"],
  ["a column without parameter is in the exponent", "y = exp(a - k*x + ln(x))", "a k"],
  ["the exponent is not affine", "y = exp(a - k*m*x)", "a k m"],
])("no log-term where %s", (_, expression, parameters) => {
  expect(quickForm(expression, parameters).logTerms).toEqual([]);
});

test("the offset is the parameter added to the sum of all terms", () => {
  expect(getForm("chinchilla").offset).toBe(4);
  expect(getForm("single-step").offset).toBe(4);
  expect(getForm("power-law").offset).toBeUndefined();
});

test.each([
  ["it stands elsewhere too", "y = exp(a - k*x) + b + b^2*x^2", "a b k"],
  ["it is subtracted", "y = exp(a - k*x) - b", "a b k"],
  ["a term is subtracted", "y = b - exp(a - k*x)", "a b k"],
  ["a term has a coefficient", "y = 2*exp(a - k*x) + b", "a b k"],
  ["there is no term", "y = b + a*x", "a b"],
])("no offset where %s", (_, expression, parameters) => {
  expect(quickForm(expression, parameters).offset).toBeUndefined();
});
