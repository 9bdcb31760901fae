import { describe, expect, test } from "vitest";
import { defineForm } from "../../src/forms/define-form.ts";
import type { Form } from "../../src/forms/form.ts";
import { getForm } from "../../src/forms/registry.ts";
import { describePrior, priorsFor, priorsValue } from "../../src/methods/priors.ts";
import type { startPriors } from "../../src/methods/start-priors.ts";
import type { Problem } from "../../src/solve/problem.ts";
import { context } from "./context.ts";

const chinchilla = getForm("chinchilla");
/** A regression of a form whose inputs have the means 1e9 and 2e10, and the response 2. */
const problemOf = (form: Form): Omit<Problem, "key"> => ({
  ...{ form, loss: { kind: "squared" }, residual: "plain" },
  variables: [Float64Array.of(0.5e9, 1e9, 2e9), Float64Array.of(1e10, 2e10, 4e10)],
  response: Float64Array.of(2.5, 2, 1.6),
});
const read = (given: unknown) => priorsValue.read(given, context);

describe("a value", () => {
  test.each(["none", "starts", "alpha=0.34+-0.05", "log(E) = -5e-1 ± .1, a=6+-2", "ln(E)=1+-1"])(
    "%s is taken as it is",
    (value) => {
      expect(read(value)).toEqual({ value });
    },
  );

  test.each([
    ["alpha=0.34", '"alpha=0.34"'],
    ["alpha=0.3..0.4", '"alpha=0.3..0.4"'],
    ["log(E=1+-1", '"log(E=1+-1"'],
    ["alpha=0.34+-0", '"alpha=0.34+-0": the standard deviation of alpha is 0, not above 0'],
    [3, "3"],
  ])("%j is refused", (given, problem) => {
    expect(read(given)).toEqual({ problem });
  });
});

describe("for a form", () => {
  test("priors are of its parameters, and of the quantity that one is the logarithm of", () => {
    const given = "alpha=0.34+-0.05, log(E)=0.5+-0.1, log(A)=6+-2, b=6+-1";
    const { priors } = priorsFor(given, problemOf(chinchilla)) as {
      priors: Parameters<typeof describePrior>[0][];
    };
    expect(priors.map(describePrior)).toEqual(["alpha=0.34+-0.05", "log(E)=0.5+-0.1", "a=6+-2", "b=6+-1"]);
    expect(priorsFor("none", problemOf(chinchilla))).toEqual({});
  });

  test.each([
    ["A=400+-100", "form chinchilla has the logarithm of A: a prior is of log(A)"],
    ["a=6+-1, log(A)=6+-1", "parameter a of form chinchilla has two priors"],
    ["gamma=1+-1", "form chinchilla has no parameter gamma for a prior, only a, b, alpha, beta, E"],
  ])("%s is a reason", (given, reason) => {
    expect(priorsFor(given, problemOf(chinchilla))).toEqual({ reason });
  });
});

describe("starts", () => {
  const law = defineForm({
    ...{ name: "bounded", expression: "L = E + A/N^alpha + c*ln(D)", source: "", description: "" },
    variables: { N: "parameters", D: "tokens" },
    parameters: {
      E: { lower: 0, upper: 3 },
      A: { lower: 0.001, upper: 1000 },
      alpha: { lower: 0.3, upper: 0.3 },
      c: {},
    },
    startRanges: { default: { E: [0, 3], A: [0.001, 1000], alpha: [0.3, 0.3], c: [-1, 1] } },
  });

  test("are even over a start range that is the bounds too, twice as wide beyond it, of logarithms of wide ranges, and none where fixed", () => {
    const { priors, unshownNoise } = priorsFor("starts", problemOf(law)) as ReturnType<typeof startPriors>;
    const ln = Math.log(1e6) / Math.sqrt(12);
    expect(priors).toEqual([
      { parameter: "E", centre: 1.5, sd: 3 / Math.sqrt(12) },
      { parameter: "A", log: true, centre: expect.closeTo(0, 12), sd: expect.closeTo(ln, 12) },
      { parameter: "c", centre: 0, sd: 4 / Math.sqrt(12) },
    ]);
    // Three points for four parameters: a fifth of the spread of 2.5, 2 and 1.6.
    expect(unshownNoise).toBeCloseTo(
      0.2 * Math.sqrt(((2.5 - 6.1 / 3) ** 2 + (2 - 6.1 / 3) ** 2 + (1.6 - 6.1 / 3) ** 2) / 3),
      12,
    );
  });

  test("are of parameters that are the same in any unit of the inputs, where a form is solved in its own", () => {
    const { priors } = priorsFor("starts", problemOf(chinchilla)) as ReturnType<typeof startPriors>;
    const names = priors!.map(({ parameter }) => parameter);
    expect(names).toContain("alpha");
    expect(names).toContain("E");
    expect(names).not.toContain("a");
  });
});
