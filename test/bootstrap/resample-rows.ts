import { bootstrapCells, type CellDraws } from "../../src/bootstrap/bootstrap-cells.ts";
import { solvePlan } from "../../src/plan/plan-sweep.ts";
import type { Backend } from "../../src/solve/kernel.ts";
import type { SolveResult } from "../../src/solve/problem.ts";
import { solveProblemsOn } from "../../src/solve/solve.ts";
import type { SweepSpec } from "../../src/spec/spec.ts";
import type { Row } from "../methods/tables.ts";
import { planned } from "./noisy-ladder.ts";

/** Solves and resamples a sweep of method ladder over rows made by hand, `noisyLadder` unless others are given. */
export async function resampleRows(
  backend: Backend,
  spec: SweepSpec,
  rows?: readonly Row[],
): Promise<CellDraws[]> {
  const { sweep, plan } = await planned(spec, rows);
  const results = new Map<string, SolveResult>();
  await solvePlan(plan, results, (problems) => solveProblemsOn(backend, problems, { starts: 32 }));
  const cells: CellDraws[] = [];
  const options = { seed: sweep.solve.seed };
  for await (const one of bootstrapCells(backend, plan, results, sweep.bootstrap!, options)) cells.push(one);
  return cells;
}
