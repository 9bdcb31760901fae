import { parametersByName } from "../../src/forms/by-name.ts";
import { solveSquare } from "../../src/identifiability/linear-system.ts";
import type { Solver } from "../../src/plan/solver.ts";
import type { Problem, SolveResult } from "../../src/solve/problem.ts";

/** Solves forms that are linear in their parameters, by normal equations; others have no answer. */
export const linearSolver: Solver = async (problems) => problems.map(answer);

function answer({ form, variables, response }: Problem): SolveResult {
  if (form.linearity.some((how) => how !== "itself")) return { skipped: { reason: "not linear" } };
  const width = form.parameterNames.length;
  const rows = response.length;
  const slopes = new Float64Array(width * rows);
  form.gradientAt(new Float64Array(width), variables, new Float64Array(rows), slopes);
  const column = (p: number) => slopes.subarray(p * rows, (p + 1) * rows);
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  const system = new Float64Array(width * width);
  for (let a = 0; a < width; a++)
    for (let b = 0; b < width; b++) system[a * width + b] = dot(column(a), column(b));
  const parameters = Float64Array.from({ length: width }, (_, p) => dot(column(p), response));
  if (!solveSquare(system, parameters)) return { skipped: { reason: "singular" } };
  return {
    solution: {
      estimates: parametersByName(form, parameters),
      ...{ parameters, objective: 0, gradientNorm: 0, iterations: 1, termination: "gradient" },
      ...{ activeBounds: [], points: rows, starts: 1, startAgreement: 1, totalIterations: 1 },
      ...{ conditionNumber: 1, flatDirection: [] },
    },
  };
}
