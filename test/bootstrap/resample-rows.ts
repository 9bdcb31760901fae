import { bootstrapCells, type CellDraws } from "../../src/bootstrap/bootstrap-cells.ts";
import type { Backend } from "../../src/solve/kernel.ts";
import { solveProblemsOn } from "../../src/solve/solve.ts";
import type { SweepSpec } from "../../src/sweep/spec.ts";
import type { Row } from "../methods/tables.ts";
import { planned } from "./noisy-ladder.ts";

/** Solves and resamples a sweep of method ladder over rows made by hand, `noisyLadder` unless others are given. */
export async function resampleRows(
  backend: Backend,
  spec: SweepSpec,
  rows?: readonly Row[],
): Promise<CellDraws[]> {
  const { sweep, plan } = await planned(spec, rows);
  const solvable = plan.problems.filter(({ key }) => !plan.unsolvable.has(key));
  const solved = await solveProblemsOn(backend, solvable, { starts: 32 });
  const results = new Map(solvable.map(({ key }, i) => [key, solved[i]!]));
  const cells: CellDraws[] = [];
  const options = { seed: sweep.solve.seed };
  for await (const one of bootstrapCells(backend, plan, results, sweep.bootstrap!, options)) cells.push(one);
  return cells;
}
