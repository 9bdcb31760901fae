import { describe, expect, it } from "vitest";
import { defineForm } from "../../src/forms/define-form.ts";
import { formFunctions } from "../../src/forms/expression.ts";
import type { Form } from "../../src/forms/form.ts";
import { getForm } from "../../src/forms/registry.ts";
import { interpreting } from "../../src/solve/interpreted/backend.ts";
import { interpretedForm } from "../../src/solve/interpreted/layout.ts";
import type { Backend } from "../../src/solve/kernel.ts";
import type { Problem, SolveOptions } from "../../src/solve/problem.ts";
import { compileKernels, solveProblems, solveStarts } from "../../src/solve/solve.ts";
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

describe("which kernels are interpreted", () => {
  const user = defineForm({
    name: "of-a-user",
    expression: "y = a + b*x",
    variables: { x: "" },
    parameters: { a: {}, b: {} },
    startRanges: { default: { a: [0, 1], b: [0, 1] } },
    description: "",
    source: "",
  });
  const problemWith = (form: Form): Problem => {
    const x = Float64Array.from({ length: 30 }, (_, i) => 1 + i);
    const variables = form.variableNames.map(() => x);
    return { form, variables, response: x, loss: { kind: "squared" }, residual: "plain", key: form.name };
  };

  /** The libraries that a backend is asked for, in words, where those of some forms are ready. */
  async function asked(
    options: SolveOptions,
    problems: readonly Problem[],
    ready: readonly string[] = ["interpreter"],
  ): Promise<string[]> {
    const libraries: string[] = [];
    const backend: Backend = {
      name: "native",
      description: "records what it is asked for",
      concurrency: 1,
      startsPerRequest: 1,
      kernel: () => Promise.reject(new Error("not asked for")),
      isReady: async ({ form }) => ready.includes(form?.name ?? "interpreter"),
      async compile(variants) {
        for (const { form, parameters, resampling } of variants)
          libraries.push(`${form?.name ?? `interpreter of ${parameters}`}, ${resampling}`);
      },
      kernelCounts: () => ({ kernels: 0, compiled: 0 }),
      async close() {},
    };
    await compileKernels(interpreting(backend, "auto"), problems, options);
    return libraries;
  }

  it("a user's form, where few fits are expected, the interpreter is there and its own kernel is not", async () => {
    const problems = [problemWith(user), problemWith(getForm("sigmoid"))];
    expect(await asked({}, problems)).toEqual(["interpreter of 2, none", "sigmoid, none"]);
    for (const ready of [["interpreter", "of-a-user"], []])
      expect(await asked({}, problems, ready)).toEqual(["of-a-user, none", "sigmoid, none"]);
  });

  it("counts fits of the data and resamples apart", async () => {
    const few = { resampling: "reweighted", resamples: 4000 } as const;
    expect(await asked(few, [problemWith(user)])).toEqual([
      "interpreter of 2, none",
      "interpreter of 2, reweighted",
    ]);
    expect(await asked({ ...few, resamples: 2_000_000 }, [problemWith(user)])).toEqual([
      "interpreter of 2, none",
      "of-a-user, reweighted",
    ]);
    expect(await asked({ starts: 2_000_000 }, [problemWith(user)])).toEqual(["of-a-user, none"]);
  });
});
