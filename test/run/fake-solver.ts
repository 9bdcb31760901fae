import { parametersByName } from "../../src/forms/by-name.ts";
import type { Solver } from "../../src/run/run-sweep.ts";
import type { Problem, SolveResult } from "../../src/solve/problem.ts";
import { TRUE_LAW, TRUE_LINK } from "../methods/tables.ts";

const KNOWN: Readonly<Record<string, readonly number[]>> = {
  chinchilla: TRUE_LAW,
  "power-law": [2.5, 0.04],
  "power-law-offset": [1, 0.1, 0.5],
  sigmoid: TRUE_LINK,
  linear: [1, -0.5],
  "linear-2": [1.3, -0.25, -0.3],
  "compute-power-law": [2.5, 0.04],
};

function answer({ form, response }: Problem): SolveResult {
  const parameters = KNOWN[form.name];
  if (parameters === undefined) return { skipped: { reason: `no answer for ${form.name}` } };
  return {
    solution: {
      parameters: Float64Array.from(parameters),
      estimates: parametersByName(form, parameters),
      objective: 0.5,
      gradientNorm: 1e-12,
      iterations: 7,
      termination: "gradient",
      activeBounds: form.name === "sigmoid" ? [{ parameter: "b", side: "upper" }] : [],
      points: response.length,
      starts: 256,
      startAgreement: 0.75,
      totalIterations: 99,
      conditionNumber: 10,
      flatDirection: form.name === "linear" ? ["w0", "w1"] : [],
    },
  };
}

/** A solver that knows the answers of `smallLadder`, and keeps the problems it was given. */
export function fakeSolver(): { solver: Solver; calls: Problem[][] } {
  const calls: Problem[][] = [];
  const solver: Solver = async (problems, { onBackend, onKernels, onWarning, onProgress }) => {
    calls.push(problems);
    onBackend?.("made up", ["real: it is slower"]);
    onWarning?.("half of it is guessed");
    onKernels?.({ kernels: 4, compiled: 1 });
    onProgress?.(problems.length, problems.length);
    return problems.map(answer);
  };
  return { solver, calls };
}

/** The answers by the key of the problem, as a sweep keeps them. */
export function answersOf(problems: readonly Problem[]): Map<string, SolveResult> {
  return new Map(problems.map((problem) => [problem.key, answer(problem)]));
}
