import { describe, expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { defineForm } from "../../src/forms/define-form.ts";
import type { FormRecord } from "../../src/forms/form.ts";
import { quickForm, quickRecord } from "./helpers.ts";

const good: FormRecord = {
  ...quickRecord("L = exp(a - alpha*ln(N)) + E", ["a", "alpha", "E"], ["N"]),
  parameters: { a: {}, alpha: { lower: 0, upper: 3 }, E: { lower: 0 } },
};

test("a form knows its names, bounds and columns", () => {
  const form = defineForm(good);
  expect(form.output).toBe("L");
  expect(form.parameterNames).toEqual(["a", "alpha", "E"]);
  expect(form.variableNames).toEqual(["N"]);
  expect([...form.lower]).toEqual([-Infinity, 0, 0]);
  expect([...form.upper]).toEqual([Infinity, 3, Infinity]);
  const columns = new Float64Array(1);
  form.columnValues([1e9], columns);
  expect(columns[0]).toBe(Math.log(1e9));
});

test("the value at a known point: Hoffmann's constants give the loss of Chinchilla", () => {
  const form = quickForm("L = A/N^alpha + B/D^beta + E", "A B alpha beta E", "N D");
  const loss = 406.4 / 70e9 ** 0.34 + 410.7 / 1.4e12 ** 0.28 + 1.69;
  expect(form.value([406.4, 410.7, 0.34, 0.28, 1.69], [70e9, 1.4e12])).toBeCloseTo(loss, 12);
});

test("e and i are ordinary names", () => {
  expect(quickForm("y = e*x + i", "e i").value([2, 3], [5])).toBe(13);
});

test("two forms do not disturb each other", () => {
  const [one, other] = [quickForm("y = a*x", "a"), quickForm("y = a + x", "a")];
  expect([one.value([2], [5]), other.value([2], [5]), one.value([3], [5])]).toEqual([10, 7, 15]);
});

test.each<[what: string, record: FormRecord]>([
  ['the name "constructor"', { ...quickRecord("y = a*x", ["a"], ["x"]), name: "constructor" }],
  ['parameter name "constructor"', quickRecord("y = constructor*x", ["constructor"], ["x"])],
  ['parameter name "toString"', quickRecord("y = toString*x", ["toString"], ["x"])],
  ['variable name "valueOf"', quickRecord("y = a*valueOf", ["a"], ["valueOf"])],
])("%s is that of a property of every object, and is refused", (what, record) => {
  expect(() => defineForm(record)).toThrow(UserError);
  expect(() => defineForm(record)).toThrow(
    `form "${record.name}": ${what} is that of a property of every JavaScript object; choose another`,
  );
});

describe("a bad record gives one line", () => {
  const start = good.startRanges.default!;
  test.each<[string, Partial<FormRecord>, string]>([
    [
      "unused parameter",
      { expression: "L = exp(a - alpha*ln(N))" },
      'form "quick": parameter "E" is never used in',
    ],
    ["unused variable", { variables: { N: "", D: "" } }, 'form "quick": variable "D" is never used in'],
    [
      "bounds the wrong way round",
      { parameters: { ...good.parameters, E: { lower: 2, upper: 1 } } },
      'form "quick": bounds of parameter "E" are the wrong way round: lower 2, upper 1',
    ],
    [
      "a bound that is not a number",
      { parameters: { ...good.parameters, E: { lower: Number.NaN } } },
      'bounds of parameter "E" are the wrong way round: lower NaN',
    ],
    [
      "start range the wrong way round",
      { startRanges: { default: { ...start, a: [3, 1] } } },
      'start range "default" of parameter "a", [3, 1], is the wrong way round',
    ],
    [
      "infinite start range",
      { startRanges: { default: { ...start, a: [0, Infinity] } } },
      'start range "default" of parameter "a", [0, Infinity], must be finite',
    ],
    [
      "start range outside the bounds",
      { startRanges: { default: { ...start, alpha: [0, 5] } } },
      'start range "default" of parameter "alpha", [0, 5], leaves the bounds [0, 3]',
    ],
    [
      "missing start range",
      { startRanges: { default: { a: [0, 1], alpha: [0, 1] } } },
      'parameter "E" has no start range in "default"; give [low, high]',
    ],
    [
      "missing start range in a named set",
      { startRanges: { default: start, wide: { a: [0, 1], E: [0, 1] } } },
      'parameter "alpha" has no start range in "wide"',
    ],
    ["no default start range", { startRanges: { wide: start } }, 'start ranges have no "default"'],
    [
      "start range of an unknown parameter",
      { startRanges: { default: { ...start, alpa: [0, 1] } } },
      'is for an unknown parameter "alpa"; allowed: a, alpha, E; did you mean "alpha"?',
    ],
    ["bad form name", { name: "My form" }, 'form "My form": the name must be in kebab case'],
    ["reserved name", { variables: { pi: "" } }, 'variable name "pi" is reserved by the notation'],
    ["impossible name", { variables: { "N*": "" } }, 'variable name "N*" must be a letter followed by'],
    ["parameter and variable", { variables: { N: "", a: "" } }, '"a" is both a parameter and a variable'],
    ["no parameters", { parameters: {} }, "it has no parameters"],
    [
      "output is a parameter",
      { expression: "a = exp(a - alpha*ln(N)) + E" },
      'the output "a" has the name of',
    ],
    [
      "constant not finite",
      { expression: "L = exp(a - alpha*ln(N)) + E/(2 - 2)" },
      "is Infinity, not finite",
    ],
    ["does not parse", { expression: "L = exp(a - alpha*ln(N) + E" }, "parenthesis ) expected, at column 28"],
  ])("%s", (_, change, message) => {
    const define = (): unknown => defineForm({ ...good, ...change });
    expect(define).toThrow(UserError);
    expect(define).toThrow(message);
  });
});
