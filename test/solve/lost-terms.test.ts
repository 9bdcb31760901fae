import { expect, test } from "vitest";
import { getForm } from "../../src/forms/registry.ts";
import { countLostTerms } from "../../src/solve/lost-terms.ts";

const problem = {
  form: getForm("chinchilla"),
  variables: [Float64Array.of(1e8, 1e9), Float64Array.of(2e9, 2e10)],
  response: Float64Array.of(1, 1),
  loss: { kind: "squared" },
  residual: "log",
  key: "p",
} as const;

test("a fit is counted where a term is next to nothing at every point", () => {
  const fits = [
    [5, 6, 0.3, 0.3, 0.5],
    // exp(5)/1e8^0.3 is 0.6; with an exponent of 1.5 it is 1e-10, of 1 it is 1.5e-6.
    [5, 6, 1.5, 0.3, 0.5],
    [5, 6, 1, 0.3, 0.5],
    [5, 6, 0.3, 1.5, 0.5],
  ];
  const count = (rows: readonly number[][]) =>
    countLostTerms({ ...problem, variables: [...problem.variables] }, Float64Array.from(rows.flat()));
  expect(fits.map((fit) => count([fit]))).toEqual([0, 1, 0, 1]);
  expect(count(fits)).toBe(2);
});

test("a form without power laws has no term to lose", () => {
  const link = { ...problem, form: getForm("sigmoid"), variables: [Float64Array.of(1, 2)] };
  expect(countLostTerms(link, Float64Array.of(-0.7, 0.9, 5, 1))).toBe(0);
});
