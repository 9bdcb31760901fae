import { expect, test } from "vitest";
import { computeOptimal } from "../../src/forms/compute-optimal.ts";
import { getForm } from "../../src/forms/registry.ts";
import type { SolvedFit } from "../../src/identifiability/card.ts";
import { studyFit } from "../../src/identifiability/study.ts";
import studyFits, { sentFit } from "../../src/identifiability/study-worker.ts";
import type { Problem } from "../../src/solve/problem.ts";
import { solveProblems } from "../../src/solve/solve.ts";
import { curvedProblem, fourRuns, lineProblem, onePointEach } from "./examples.ts";

/** Losses of sizes, on a part of a larger array; the law has terms that a fit may lose. */
function sizedProblem(): Problem {
  const all = Float64Array.from({ length: 30 }, (_, i) => 1e8 * 1.2 ** i);
  const n = all.subarray(4, 20);
  const d = n.map((size, i) => size * (i % 2 === 0 ? 20 : 100));
  const response = n.map((size, i) => Math.exp(5 - 0.3 * Math.log(size)) + 1.7 + (i % 3) * 0.002);
  return {
    form: getForm("chinchilla")!,
    variables: [n, d],
    response,
    loss: { kind: "huber", delta: 1e-3 },
    residual: "log",
    key: "sized",
  };
}

test("a fit that is sent to a thread is studied as it is at home", async () => {
  const sigma = Float64Array.from({ length: 12 }, (_, i) => 0.1 * (i + 1));
  const problems = [
    lineProblem(),
    curvedProblem(),
    sizedProblem(),
    { ...lineProblem(), sigma, key: "sigma" },
  ];
  const results = await solveProblems(problems, { starts: 16, backend: "cpu" });
  const fits = results.map((result, i): SolvedFit => {
    if (!("solution" in result)) throw new Error(result.skipped.reason);
    const problem = problems[i]!;
    const runs = i === 0 ? fourRuns : onePointEach(problem.response.length);
    return { problem, solution: result.solution, runs, ...(i === 2 && { budgets: [{ c: 1e22, held: {} }] }) };
  });
  const sent = structuredClone(fits.map(sentFit));
  expect(sent[2]!.problem.variables[0]!.buffer.byteLength).toBe(16 * 8);
  const there = structuredClone(studyFits(sent));
  expect(there).toEqual(fits.map(studyFit));
  expect(there.map(({ card }) => card.parameters.length)).toEqual([2, 3, 5, 2]);
  const best = computeOptimal(problems[2]!.form, fits[2]!.solution.parameters, 1e22);
  expect(there[2]!.bestUses!.map((use) => use.best)).toEqual([best]);
  expect(there[2]!.freedom.noisy.flat().length).toBeGreaterThan(0);
});
