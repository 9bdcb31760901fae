import { UserError } from "../errors.ts";
import { type ComputeOptimal, computeOptimal, hasComputeOptimal } from "../forms/compute-optimal.ts";
import type { SolveResult } from "../solve/problem.ts";
import type { Table } from "../tables/table.ts";
import { type Fit, fitIdentity, solvedFits } from "./fit-tables.ts";
import type { SweepPlan } from "./plan-sweep.ts";
import { type ColumnOf, tableOf, via } from "./table-of.ts";

/** How a law would spend a budget. */
interface Row {
  fit: Fit;
  /** The target whose FLOPs the budget is; undefined for those of the largest fit run. */
  target: string | undefined;
  c: number;
  /** Why no size is the best. */
  best: ComputeOptimal | { reason: string };
}

/**
 * Table `compute_optimal`: of each fitted law of parameters and tokens the best model size, tokens and loss at the FLOPs of
 * each target, or without targets of the largest fit run. Undefined where no fit is such a law.
 */
export function computeOptimalTable(
  { shared, targets, index }: SweepPlan,
  results: ReadonlyMap<string, SolveResult>,
): Table | undefined {
  const laws = solvedFits(shared.uses, results).filter(({ problem }) => hasComputeOptimal(problem.form));
  if (laws.length === 0) return undefined;
  const rows = laws.flatMap((fit) =>
    budgetsOf(targets, index.table).map((budget): Row => ({ fit, ...budget, best: bestOf(fit, budget.c) })),
  );
  const number = (name: string, value: (best: ComputeOptimal) => number): ColumnOf<Row> => {
    return { name, type: "float64", value: ({ best }) => ("reason" in best ? Number.NaN : value(best)) };
  };
  return tableOf<Row>(rows, [
    ...fitIdentity.map((column) => via(column, ({ fit }: Row) => fit)),
    number("exponent", ({ exponent }) => exponent),
    { name: "target", type: "string", value: ({ target }) => target ?? null },
    { name: "c", type: "float64", value: ({ c }) => c },
    number("n", ({ n }) => n),
    number("d", ({ d }) => d),
    number("loss", ({ loss }) => loss),
    { name: "reason", type: "string", value: ({ best }) => ("reason" in best ? best.reason : null) },
  ]);
}

function budgetsOf(
  targets: SweepPlan["targets"],
  { role, c }: SweepPlan["index"]["table"],
): { target: string | undefined; c: number }[] {
  if (targets.length > 0) return targets.map(({ name, c }) => ({ target: name, c }));
  return [
    {
      target: undefined,
      c: c.reduce((most, own, row) => (role[row] === "fit" && own > most ? own : most), 0),
    },
  ];
}

function bestOf({ problem: { form }, solution }: Fit, c: number): ComputeOptimal | { reason: string } {
  try {
    return computeOptimal(form, solution.parameters, c);
  } catch (error) {
    if (error instanceof UserError) return { reason: error.message };
    throw error;
  }
}
