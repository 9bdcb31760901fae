import { expect, test } from "vitest";
import { parametersByName, parametersInOrder, predict } from "../../src/forms/by-name.ts";
import { defineGivenForm } from "../../src/forms/given-form.ts";
import { getForm } from "../../src/forms/registry.ts";
import { defineProblem } from "../../src/plan/define-problem.ts";
import { problemKey } from "../../src/plan/shared-problems.ts";

const law = defineGivenForm("loss = E + A/N^alpha", ["N"]);
const line = { E: 1.5, A: 8, alpha: 0.5 };

test("an equation is the form that lawfit fit makes of it, whatever order its parameters are given in", () => {
  expect(law.parameterNames).toEqual(["E", "A", "alpha"]);
  expect([...parametersInOrder(law, { alpha: 0.5, A: 8, E: 1.5 })]).toEqual([1.5, 8, 0.5]);
  expect(parametersByName(law, [1.5, 8, 0.5])).toEqual(line);
});

test("a form of a sweep file is the same form", () => {
  const written = { expression: "L = exp(a - alpha*ln(N)) + E", variables: { N: "parameters" } };
  const parameters = {
    a: { start: [0, 15] },
    alpha: { lower: 0, start: [0, 1] },
    E: { start: [0, 2] },
  } as const;
  const form = defineGivenForm({
    name: "my-form",
    ...written,
    parameters: structuredClone(parameters) as never,
  });
  expect([...form.lower]).toEqual([-Infinity, 0, -Infinity]);
  expect(form.record.startRanges.default).toEqual({ a: [0, 15], alpha: [0, 1], E: [0, 2] });
});

test("values are those of the formula, one number for all points or one a point", () => {
  expect([...predict(law, line, { N: [4, 16, 64] })]).toEqual([5.5, 3.5, 2.5]);
  expect([...predict(law, [1.5, 8, 0.5], { N: 16 })]).toEqual([3.5]);
});

test.each([
  [() => parametersInOrder(law, { E: 1, A: 2 }), "form law: parameter alpha is not given"],
  [
    () => parametersInOrder(law, { ...line, alpa: 1 }),
    'unknown parameter "alpa"; allowed: E, A, alpha; did you mean "alpha"?',
  ],
  [() => parametersInOrder(law, [1, 2]), "form law: 2 values for 3 parameters (E, A, alpha)"],
  [() => predict(law, line, {}), "form law: variable N is not given"],
  [
    () => predict(getForm("chinchilla"), [1, 2, 3, 4, 5], { N: [1, 2], D: [1] }),
    "variables of 2 and of 1 points",
  ],
  [() => defineGivenForm("E + A/N^alpha", ["N"]), "no left side"],
  [() => defineGivenForm("L = E + A/N^alpha", ["M"]), 'unknown variable "M"; allowed: E, A, N, alpha'],
  [() => defineGivenForm("L = E + A/N^alpha", []), "no variables are given; allowed: some of E, A, N, alpha"],
  [
    () => defineGivenForm({ name: "f", expression: "y = a*x", variables: {}, parameter: {} } as never),
    "forms.f",
  ],
  [
    () => defineProblem({ form: law, variables: { N: 5 as never }, response: [1] }),
    "variable N has one value for 1 points",
  ],
  [
    () => defineProblem({ form: law, variables: { N: [1, 2] }, response: [1] }),
    "variable N has 2 values for 1 points",
  ],
  [
    () => defineProblem({ form: law, variables: { N: [1] }, response: [1], lower: { e: 0 } }),
    'unknown parameter "e"',
  ],
  [
    () => defineProblem({ form: law, variables: { N: [1, null as never] }, response: [1, 2] }),
    "variable N at point 2 is null; allowed: a number",
  ],
  [
    () => defineProblem({ form: law, variables: { N: [1] }, response: ["1" as never] }),
    "response at point 1 is the string 1; allowed: a number",
  ],
  [
    () => defineProblem({ form: law, variables: { N: [1, 2] }, response: [1, 2], weights: [1] }),
    "weights has 1 values for 2 points",
  ],
  [
    () => defineProblem({ form: law, variables: { N: [1] }, response: [1], residuals: "log" } as never),
    'problem: key: "residuals"; allowed: form, ',
  ],
  [
    () => defineProblem({ form: law, variables: { N: [1] }, response: [1], residual: "logg" as never }),
    'problem: residual: "logg"; allowed: plain, log, relative; did you mean "log"?',
  ],
  [
    () => defineProblem({ form: law, variables: { N: [1] }, response: [1], loss: "huber" as never }),
    'problem: loss.kind: "undefined"; allowed: squared, huber, ',
  ],
  [() => defineProblem({ form: "chinchila", variables: {}, response: [] }), 'did you mean "chinchilla"?'],
])("%s", (make, message) => {
  expect(make).toThrow(message);
});

test("a problem by names has its arrays in the form's order, and the key of its content", () => {
  const chinchilla = getForm("chinchilla");
  const points = { variables: { D: [3, 4], N: [1, 2] }, response: [5, 6] };
  const problem = defineProblem({
    form: chinchilla,
    ...points,
    upper: { beta: 0.5 },
    givenStarts: [{ a: 1, b: 2, alpha: 3, beta: 4, E: 5 }],
  });
  expect(problem.variables.map((values) => [...values])).toEqual([
    [1, 2],
    [3, 4],
  ]);
  const place = chinchilla.parameterNames.indexOf("beta");
  expect([...problem.upper!]).toEqual(chinchilla.upper.with(place, 0.5).toString().split(",").map(Number));
  expect([...problem.givenStarts![0]!]).toEqual(
    chinchilla.parameterNames.map((name) => ({ a: 1, b: 2, alpha: 3, beta: 4, E: 5 })[name]),
  );
  expect(problem).toMatchObject({ loss: { kind: "squared" }, residual: "plain" });
  const { key, ...content } = problem;
  expect(key).toBe(problemKey(content));
});
