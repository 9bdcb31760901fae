import { beforeAll, describe, expect, test } from "vitest";
import type { Loss, Problem, Residual, Solution } from "../../src/solve/problem.ts";
import { solveProblems } from "../../src/solve/solve.ts";
import { cxx } from "../kernels/toolchains.ts";
import { type Case, cases, objectiveOf, problemOf } from "./cases.ts";
import { fallAlong } from "./minimum.ts";

const noise = 0.02;

/** Threshold that about half of the residuals exceed: both branches of Huber's loss take part. */
function thresholdOf(one: Case, residual: Residual): number {
  const clean = problemOf(one).response;
  const sizes = problemOf(one, { noise }).response.map((y, i) =>
    Math.abs(residual === "log" ? Math.log(y / clean[i]!) : y - clean[i]!),
  );
  return sizes.sort()[sizes.length >> 1]! / 2;
}

const rows = cases.flatMap((one) =>
  (["plain", "log"] as const).flatMap((residual) =>
    (["squared", "huber"] as const).map((kind) => {
      const loss: Loss = kind === "huber" ? { kind, delta: thresholdOf(one, residual) } : { kind };
      return {
        name: `${one.form.name}, ${kind}, ${residual} residuals`,
        one,
        clean: problemOf(one, { residual, loss }),
        noisy: problemOf(one, { residual, loss, noise }),
      };
    }),
  ),
);

const backends = [
  { backend: "native", absent: cxx === undefined, solved: rows },
  { backend: "portable", absent: false, solved: rows.filter(({ one }) => one.builtIn) },
] as const;

const options = { starts: 48, seed: 3 };

async function solve(problems: Problem[], backend: "native" | "portable"): Promise<Solution[]> {
  const results = await solveProblems(problems, { ...options, backend });
  return results.map((result) => {
    if ("skipped" in result) throw new Error(result.skipped.reason);
    return result.solution;
  });
}

for (const { backend, absent, solved } of backends) {
  describe.skipIf(absent)(`${backend} (skipped where it is absent)`, () => {
    const clean = new Map<string, Solution>();
    const noisy = new Map<string, Solution>();
    beforeAll(async () => {
      // All clean problems, then all noisy ones: neighbours have other kernels, which are compiled side by side.
      const both = [...solved.map((row) => row.clean), ...solved.map((row) => row.noisy)];
      const solutions = await solve(both, backend);
      solved.forEach(({ name }, i) => {
        clean.set(name, solutions[i]!);
        noisy.set(name, solutions[solved.length + i]!);
      });
    });

    test.each(solved)("$name: data without noise give the parameters back", ({ name, one }) => {
      const { parameters } = clean.get(name)!;
      one.truth.forEach((value, i) => {
        expect(Math.abs(parameters[i]! / value - 1), one.form.parameterNames[i]!).toBeLessThan(1e-6);
      });
    });

    test.each(solved)("$name: noisy data are fitted to the bottom", ({ name, one, noisy: problem }) => {
      const { parameters, objective, gradientNorm, startAgreement } = noisy.get(name)!;
      const truth = (p: Iterable<number>): number => objectiveOf(one, problem, p);
      expect(Math.abs(objective / truth(parameters) - 1)).toBeLessThan(1e-10);
      expect(objective).toBeLessThanOrEqual(truth(one.truth));
      one.form.parameterNames.forEach((parameter, i) => {
        const bounds = [one.form.lower[i]!, one.form.upper[i]!];
        if (bounds.includes(parameters[i]!)) return;
        expect(fallAlong(truth, parameters, i), parameter).toBeLessThan(1e-10);
      });
      expect(gradientNorm).toBeLessThan(1e-6);
      expect(startAgreement).toBeGreaterThan(0);
    });

    test.each(solved.filter((row) => row.noisy.loss.kind === "huber"))(
      "$name: residuals lie on both sides of delta",
      ({ name, one, noisy: problem }) => {
        const { parameters } = noisy.get(name)!;
        const delta = problem.loss.kind === "huber" ? problem.loss.delta : Number.NaN;
        const beyond = one.points.filter((point, i) => {
          const [f, y] = [one.model(parameters, point), problem.response[i]!];
          return Math.abs(problem.residual === "log" ? Math.log(f / y) : f - y) > delta;
        }).length;
        expect(beyond).toBeGreaterThan(0);
        expect(beyond).toBeLessThan(one.points.length);
      },
    );
  });
}

describe.skipIf(cxx === undefined)("both backends (skipped without a C++ compiler)", () => {
  test("reach the same objective within 1e-9, and the same predictions within 1e-7", async () => {
    const shared = rows.filter(({ one }) => one.builtIn);
    const problems = shared.map((row) => row.noisy);
    const native = await solve(problems, "native");
    const portable = await solve(problems, "portable");
    shared.forEach(({ name, one }, i) => {
      expect(Math.abs(native[i]!.objective / portable[i]!.objective - 1), name).toBeLessThan(1e-9);
      for (const point of one.points) {
        const ratio = one.model(native[i]!.parameters, point) / one.model(portable[i]!.parameters, point);
        expect(Math.abs(ratio - 1), name).toBeLessThan(1e-7);
      }
    });
  });
});
