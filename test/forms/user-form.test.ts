import { describe, expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { defineForm } from "../../src/forms/define-form.ts";
import { readUserForms } from "../../src/forms/user-form.ts";

const mine = {
  expression: "L = exp(a - alpha*ln(N)) + E",
  variables: { N: "model parameters" },
  parameters: {
    a: { lower: 0, start: [0, 15] },
    alpha: { start: [0, 1] },
    E: { lower: 0, upper: 5, start: [0, 2] },
  },
};

test("a form of a sweep file becomes a form", () => {
  const record = readUserForms({ mine }, "sweep.yaml").get("mine")!;
  expect(record.startRanges).toEqual({ default: { a: [0, 15], alpha: [0, 1], E: [0, 2] } });
  const form = defineForm(record);
  expect(form.name).toBe("mine");
  expect([...form.lower]).toEqual([0, -Infinity, 0]);
  expect([...form.upper]).toEqual([Infinity, Infinity, 5]);
  expect(form.value([0, 1, 2], [4])).toBe(2.25);
});

test("further start ranges stand beside the default", () => {
  const starts = { narrow: { a: [1, 2], alpha: [0.3, 0.4], E: [1, 2] } };
  const record = readUserForms({ mine: { ...mine, starts } }, "sweep.yaml").get("mine")!;
  expect(Object.keys(record.startRanges)).toEqual(["narrow", "default"]);
  expect(record.startRanges.narrow!.a).toEqual([1, 2]);
});

describe("mistakes name the file and the key", () => {
  const withE = (E: unknown): unknown => ({ mine: { ...mine, parameters: { ...mine.parameters, E } } });
  test.each<[string, unknown, string]>([
    [
      "unknown key",
      { mine: { ...mine, expresion: "" } },
      'forms.mine: unknown key "expresion"; allowed: expression,',
    ],
    [
      "unknown parameter key",
      withE({ low: 1 }),
      'forms.mine.parameters.E: unknown key "low"; allowed: lower, upper',
    ],
    ["nearest key", withE({ lowr: 1 }), 'did you mean "lower"?'],
    [
      "text for a number",
      withE({ lower: "zero" }),
      "forms.mine.parameters.E.lower: Invalid input: expected number",
    ],
    [
      "missing expression",
      { mine: { ...mine, expression: undefined } },
      "forms.mine.expression: Invalid input",
    ],
    ["start of one number", withE({ start: [1] }), "forms.mine.parameters.E.start"],
    ["not a map", 3, "forms: Invalid input"],
  ])("%s", (_, value, message) => {
    expect(() => readUserForms(value, "sweep.yaml")).toThrow(UserError);
    expect(() => readUserForms(value, "sweep.yaml")).toThrow(`sweep.yaml: `);
    expect(() => readUserForms(value, "sweep.yaml")).toThrow(message);
  });

  test("a parameter without start range", () => {
    const record = readUserForms(withE({ lower: 0 }), "sweep.yaml").get("mine")!;
    expect(() => defineForm(record)).toThrow('form "mine": parameter "E" has no start range in "default"');
  });
});
