import { describe, expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { forms, getForm, laws } from "../../src/forms/registry.ts";
import { conformanceProblem } from "../../src/throughput/conformance-problems.ts";
import { equations } from "./equations.ts";
import { quickRecord } from "./helpers.ts";
import { lawEquations } from "./law-equations.ts";

describe.each([...forms, ...laws])("form %s", (name, record) => {
  test("is complete", () => {
    const form = getForm(name);
    expect(record.name).toBe(name);
    expect(record.source).not.toBe("");
    expect(record.description).toMatch(/\.$/);
    expect(form.latex).toContain("=");
    for (const { description } of Object.values(record.parameters)) expect(description).toBeTruthy();
  });

  test("has an example of every parameter, within its bounds, and of every input", () => {
    const { parameters, inputs } = record.example;
    expect(Object.keys(parameters)).toEqual(Object.keys(record.parameters));
    expect(Object.keys(inputs)).toEqual(Object.keys(record.variables));
    for (const [parameter, { lower = -Infinity, upper = Infinity }] of Object.entries(record.parameters)) {
      expect(parameters[parameter]).toBeGreaterThanOrEqual(lower);
      expect(parameters[parameter]).toBeLessThanOrEqual(upper);
    }
    for (const [low, high] of Object.values(inputs)) expect(low).toBeLessThan(high);
  });

  test("has the value of its equation, written out by hand", () => {
    const { entry, problem } = conformanceProblem(name, "plain", { kind: "squared" }, 24, false);
    problem.response.forEach((value, i) => {
      const point = problem.variables.map((values) => values[i]!);
      expect((equations[name] ?? lawEquations[name])!(entry.truth, point) / value).toBeCloseTo(1, 12);
    });
  });
});

test("the parameters of the ladder's forms stand in the order of its published starts", () => {
  expect(getForm("chinchilla").parameterNames).toEqual(["a", "b", "alpha", "beta", "E"]);
  expect(getForm("sigmoid").parameterNames).toEqual(["a", "L0", "k", "b"]);
  expect(getForm("log-sigmoid").parameterNames).toEqual(["s", "x0", "k"]);
  expect(getForm("power-law-offset").parameterNames).toEqual(["a", "alpha", "E"]);
  expect(getForm("single-step").parameterNames).toEqual(["a", "b", "alpha", "beta", "E", "p", "q"]);
});

test.each<[string, number[], number[], number]>([
  ["sigmoid", [-0.75, 0.9, 3, 1], [0.9], 0.625],
  ["sigmoid", [-0.75, 0.9, 3, 1], [100], 0.25],
  ["log-sigmoid", [-0.3, 0.9, 3], [0.9], 1 - 0.1 * Math.LN2],
  ["log-sigmoid", [-0.3, 0.9, 3], [100.9], -29],
  ["linear", [1, 2], [3], 7],
  ["power-law", [Math.log(8), 0.5], [16], 2],
  ["power-law-offset", [Math.log(8), 0.5, 1], [16], 3],
  ["chinchilla", [Math.log(8), Math.log(9), 0.5, 0.5, 1], [16, 81], 4],
  ["kaplan", [Math.log(8), 0.5, Math.log(9), 2], [16, 9], 9],
  ["kaplan-offset", [Math.log(8), 0.5, Math.log(9), 2, 1], [16, 9], 10],
  ["shifted-power-law", [Math.log(3), 2, Math.log(0.5), 1], [1.5], 13],
  ["shifted-power-law", [Math.log(3), 2, Math.log(0.5), 1], [0], 1.75],
  ["single-step", [0, 0, 0, 0, -2, -0.75, 1], [16, 81], 0.625],
  ["single-step-compute", [Math.log(8), 0.5, -2, -0.75, 1], [16], 0.625],
  ["compute-power-law", [Math.log(8), 0.5], [16], 2],
  ["compute-power-law", [Math.log(8), -0.5], [16], 32],
  ["compute-composed", [3, Math.log(8), 0.5], [16], 1],
  ["compute-log-score", [0.5, Math.log(4)], [16], Math.exp(2) / 100],
  ["compute-negative-log-score", [0.5, Math.log(4)], [16], Math.exp(-0.5)],
  ["mix-m2-2", [Math.log(8), 0.5, -1], [16, 3], 6],
  ["mix-m3-2", [Math.log(8), 0.5, Math.log(3)], [4, 4], 2],
  ["mix-m4-2", [Math.log(8), 0.5, 1, -1], [4, 12], 6],
  ["mix-m4-3", [Math.log(8), 0.5, 1, -1, 2], [2, 6, 8], (2 * 3) / 64],
  ["linear-3", [1, 2, 3, 4], [5, 6, 7], 57],
])("%s has the value of its equation", (name, parameters, variables, expected) => {
  expect(getForm(name).value(parameters, variables)).toBeCloseTo(expected, 13);
});

test("an unknown name is answered with the nearest one", () => {
  expect(() => getForm("chinchila")).toThrow(UserError);
  expect(() => getForm("chinchila")).toThrow(
    `unknown form "chinchila"; allowed: ${[...forms.keys(), ...laws.keys()].join(", ")}, mix-m2-<sources: 1 to 32>, ` +
      "mix-m3-<sources: 1 to 32>, mix-m4-<sources: 1 to 32>, linear-<inputs: 2 to 32>, " +
      'network-<inputs: 1 to 32>-<hidden units: 1 to 8>, mix-exponential-<domains: 2 to 32>, log-polynomial-<degree: 2 to 8>; did you mean "chinchilla"?',
  );
});

test.each(["mix-m4-0", "mix-m4-02", "mix-m4-33", "mix-m4-2-2", "mix-m4-two", "linear-1", "mix-m4"])(
  "%s is no member of a family",
  (name) => {
    expect(() => getForm(name)).toThrow("mix-m4-<sources: 1 to 32>");
  },
);

test("a sweep file's form is found, and does not hide a built-in one or one of a family", () => {
  const own = new Map([
    ["mine", { ...quickRecord("y = a*x", ["a"], ["x"]), name: "mine" }],
    ["linear", { ...quickRecord("y = 5*a*x", ["a"], ["x"]), name: "linear" }],
    ["mix-m4-7", { ...quickRecord("y = 5*a*x", ["a"], ["x"]), name: "mix-m4-7" }],
  ]);
  expect(getForm("mine", own).value([2], [3])).toBe(6);
  for (const name of ["linear", "mix-m4-7"]) {
    expect(() => getForm(name, own)).toThrow(UserError);
    expect(() => getForm(name, own)).toThrow(
      `"${name}" is the name of a built-in form, which would be hidden`,
    );
  }
  expect(() => getForm("mime", own)).toThrow('did you mean "mine"?');
});
