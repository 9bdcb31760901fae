import { describe, expect, test } from "vitest";
import { getForm } from "../../src/forms/registry.ts";
import { describePrior, priorsFor, priorsValue } from "../../src/methods/priors.ts";
import { context } from "./context.ts";

const chinchilla = getForm("chinchilla");
const read = (given: unknown) => priorsValue.read(given, context);

describe("a value", () => {
  test.each(["none", "alpha=0.34+-0.05", "log(E) = -5e-1 ± .1, a=6+-2", "ln(E)=1+-1"])(
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
    const { priors } = priorsFor(given, chinchilla) as { priors: Parameters<typeof describePrior>[0][] };
    expect(priors.map(describePrior)).toEqual(["alpha=0.34+-0.05", "log(E)=0.5+-0.1", "a=6+-2", "b=6+-1"]);
    expect(priorsFor("none", chinchilla)).toEqual({});
  });

  test.each([
    ["A=400+-100", "form chinchilla has the logarithm of A: a prior is of log(A)"],
    ["a=6+-1, log(A)=6+-1", "parameter a of form chinchilla has two priors"],
    ["gamma=1+-1", "form chinchilla has no parameter gamma for a prior, only a, b, alpha, beta, E"],
  ])("%s is a reason", (given, reason) => {
    expect(priorsFor(given, chinchilla)).toEqual({ reason });
  });
});
