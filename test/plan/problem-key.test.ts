import { expect, test } from "vitest";
import { getForm } from "../../src/forms/registry.ts";
import { problemKey } from "../../src/plan/shared-problems.ts";
import type { Problem } from "../../src/solve/problem.ts";

const base: Omit<Problem, "key"> = {
  form: getForm("linear"),
  variables: [Float64Array.of(1, 2)],
  response: Float64Array.of(3, 4),
  loss: { kind: "huber", delta: 1e-3 },
  residual: "plain",
};

test("the key is that of the content, not of the arrays", () => {
  const backing = Float64Array.of(9, 1, 2, 9);
  expect(problemKey({ ...base, variables: [backing.subarray(1, 3)] })).toBe(problemKey(base));
  expect(problemKey(base)).toMatch(/^[0-9a-f]{16}$/);
});

test("bounds and start ranges of the form are the default", () => {
  const { lower, upper } = base.form;
  const startRange: Problem["startRange"] = [
    [-1, 1],
    [-1, 1],
  ];
  expect(problemKey({ ...base, lower, upper })).toBe(problemKey(base));
  expect(problemKey({ ...base, startRange })).toBe(problemKey(base));
});

test.each<[string, Partial<Problem>]>([
  ["form", { form: getForm("power-law") }],
  ["a variable", { variables: [Float64Array.of(1, 2.5)] }],
  ["the response", { response: Float64Array.of(3, 5) }],
  ["weights", { weights: Float64Array.of(1, 1) }],
  ["delta", { loss: { kind: "huber", delta: 1e-2 } }],
  ["loss", { loss: { kind: "squared" } }],
  ["residual", { residual: "log" }],
  ["bounds", { lower: Float64Array.of(0, 0) }],
  [
    "start range",
    {
      startRange: [
        [0, 1],
        [0, 1],
      ],
    },
  ],
  ["given starts", { givenStarts: [Float64Array.of(0, 0)] }],
])("another %s is another problem", (_, change) => {
  expect(problemKey({ ...base, ...change })).not.toBe(problemKey(base));
});

test("where one array ends and the next begins counts", () => {
  const moved = { ...base, variables: [Float64Array.of(1, 2, 3)], response: Float64Array.of(4) };
  expect(problemKey(moved)).not.toBe(problemKey(base));
});
