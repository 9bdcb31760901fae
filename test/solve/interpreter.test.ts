import { describe, expect, it } from "vitest";
import { defineForm } from "../../src/forms/define-form.ts";
import { formFunctions } from "../../src/forms/expression.ts";
import { getForm } from "../../src/forms/registry.ts";
import { interpretedForm } from "../../src/solve/interpreted/layout.ts";
import type { Problem } from "../../src/solve/problem.ts";
import { solveProblems, solveStarts } from "../../src/solve/solve.ts";
import { cxx } from "../kernels/toolchains.ts";
import { cases, problemOf } from "./cases.ts";

/** Problems of forms with so many parameters, under a residual and a loss that the conformance tests have kernels for. */
function problemsOf(parameters: number, logs: boolean): Problem[] {
  return cases.flatMap((one) => {
    const fit = one.fits.find(
      ({ residual, loss }) => (residual === "log") === logs && (loss.kind !== "squared") === logs,
    );
    const isWanted = one.form.parameterNames.length === parameters && fit !== undefined;
    return isWanted ? [problemOf(one, { ...fit, noise: 0.02 })] : [];
  });
}

const native = { backend: "native", threads: 1, seed: 5 } as const;

describe.skipIf(cxx === undefined)("the interpreter (skipped without a C++ compiler)", () => {
  it.each([
    ["terms that the solver centres and caps, Huber's loss of logarithms", problemsOf(5, true)],
    ["no such terms, the squared loss", problemsOf(3, false)],
  ])("gives the bits of kernels that were compiled: %s", async (_, problems) => {
    expect(problems.length).toBeGreaterThan(2);
    for (const problem of problems) {
      const compiled = await solveStarts(problem, { ...native, starts: 40 });
      expect(await solveStarts(problem, { ...native, starts: 40, kernels: "interpreted" })).toEqual(compiled);
    }
    const compiled = await solveProblems(problems, native);
    expect(await solveProblems(problems, { ...native, kernels: "interpreted" })).toEqual(compiled);
  });

  it("finds the parameters of exact data by every function of the notation, with one library", async () => {
    const truth = { a: 0.8, b: 1.2, c: 0.3 };
    const x = Float64Array.from({ length: 24 }, (_, i) => 0.2 + 0.1 * i);
    const problems = Object.entries(formFunctions).map(([name, { arguments: count }]): Problem => {
      const call = count === 2 ? `${name}(b*x, 1.5)` : `${name}(b*x)`;
      const form = defineForm({
        name: "any",
        expression: `y = a*${call} + c*x^2`,
        variables: { x: "" },
        parameters: { a: {}, b: { lower: 0.5, upper: 2 }, c: {} },
        startRanges: { default: { a: [0.5, 1], b: [1, 1.4], c: [0, 1] } },
        description: "",
        source: "",
      });
      const response = x.map((at) => form.value(Object.values(truth), [at]));
      return { form, variables: [x], response, loss: { kind: "squared" }, residual: "plain", key: name };
    });
    let counts: unknown;
    const results = await solveProblems(problems, {
      ...native,
      kernels: "interpreted",
      onKernels: (of) => {
        counts = of.kernels;
      },
    });
    expect(counts).toBe(1);
    results.forEach((result, i) => {
      if ("skipped" in result) throw new Error(result.skipped.reason);
      expect(result.solution.objective, problems[i]!.key).toBeLessThan(1e-18);
    });
  });

  it("leaves a form to the compiler that has more parameters than it takes", () => {
    expect(interpretedForm(getForm("network-5-3"))).toBeUndefined();
    expect(interpretedForm(getForm("single-step"))).toBeDefined();
  });
});
