import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBackend } from "../../src/solve/backends.ts";
import type { Backend } from "../../src/solve/kernel.ts";
import type { Problem } from "../../src/solve/problem.ts";
import { solveProblemsOn } from "../../src/solve/solve.ts";
import { cases, problemOf } from "./cases.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await openBackend("cpu", 2);
});
afterAll(() => backend.close());

async function fitted(problem: Problem): Promise<{ values: number[]; objective: number }> {
  const [result] = await solveProblemsOn(backend, [problem], { starts: 64, seed: 1 });
  if (!("solution" in result!)) throw new Error(result!.skipped.reason);
  const { parameters, objective } = result.solution;
  const { form, variables } = problem;
  const values = Array.from(problem.response, (_, i) =>
    form.value(
      parameters,
      variables.map((variable) => variable[i]!),
    ),
  );
  return { values, objective };
}

test.each(cases.map((one) => [one.form.name, one] as const))(
  "%s: a point that is there twice counts as one of weight 2",
  async (_, one) => {
    const problem = problemOf(one, { noise: 0.01, ...one.fits[0] });
    const points = problem.response.length;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: points - 1 }), async (twice) => {
        const again = (values: Float64Array) => Float64Array.from([...values, values[twice]!]);
        const doubled = await fitted({
          ...problem,
          variables: problem.variables.map(again),
          response: again(problem.response),
        });
        const weighted = await fitted({
          ...problem,
          weights: new Float64Array(points).fill(1).with(twice, 2),
        });
        const size = Math.max(...weighted.values.map(Math.abs));
        weighted.values.forEach((value, i) => {
          expect(Math.abs(value - doubled.values[i]!) / size, `point ${i}`).toBeLessThan(1e-9);
        });
      }),
      { numRuns: 3, seed: 7 },
    );
  },
);
