import { UserError } from "../errors.ts";
import { type ComputeOptimal, computeOptimal, hasComputeOptimal } from "../forms/compute-optimal.ts";
import { describeLeftOut, meanAbsRelError, rSquared } from "../plan/fit-quality.ts";
import type { SweepPlan } from "../plan/plan-sweep.ts";
import type { ProblemUse } from "../plan/shared-problems.ts";
import { boundsOf, type Problem, type Solution, type SolveResult } from "../solve/problem.ts";
import type { Table } from "../tables/table.ts";
import { type ColumnOf, count, number, tableOf, text, via } from "../tables/table-of.ts";

/** A problem in its use by one stage, with its solution. */
export interface Fit extends ProblemUse {
  solution: Solution;
}

/** The uses of problems that have a solution, in order. */
export function solvedFits(uses: readonly ProblemUse[], results: ReadonlyMap<string, SolveResult>): Fit[] {
  return uses.flatMap((use) => {
    // A problem without a result belongs to another shard of the job.
    const result = results.get(use.key);
    return result !== undefined && "solution" in result ? [{ ...use, solution: result.solution }] : [];
  });
}

/** The columns that identify a fit. */
export const fitIdentity: readonly ColumnOf<ProblemUse>[] = [
  text("problem", ({ key }) => key),
  text("stage", ({ stage }) => stage),
  text("subject", ({ subject }) => subject ?? null),
  text("task", ({ tasks }) => [...tasks].join(", ")),
  text("form", ({ problem }) => problem.form.name),
];

/** Table `fits`: one row for each solved problem and stage. */
export function fitsTable(uses: readonly ProblemUse[], results: ReadonlyMap<string, SolveResult>): Table {
  return tableOf<Fit>(solvedFits(uses, results), [
    ...fitIdentity,
    text("residual", ({ problem }) => problem.residual),
    text("loss", ({ problem }) => describeLoss(problem)),
    count("cells", ({ cells }) => cells),
    count("points", ({ solution }) => solution.points),
    text("left_out", ({ leftOut }) => describeLeftOut(leftOut)),
    number("objective", ({ solution }) => solution.objective),
    number("gradient_norm", ({ solution }) => solution.gradientNorm),
    count("iterations", ({ solution }) => solution.iterations),
    text("termination", ({ solution }) => solution.termination),
    count("starts", ({ solution }) => solution.starts),
    number("start_agreement", ({ solution }) => solution.startAgreement),
    number("condition_number", ({ solution }) => solution.conditionNumber),
    text("flat_direction", ({ solution }) => list(solution.flatDirection)),
    text("active_bounds", ({ solution }) =>
      list(solution.activeBounds.map(({ parameter, side }) => `${parameter} ${side}`)),
    ),
    number("mean_abs_rel_error", ({ problem, solution }) => meanAbsRelError(problem, solution.parameters)),
    number("r_squared", ({ problem, solution }) => rSquared(problem, solution.parameters)),
  ]);
}

/** Table `parameters`: one row for each parameter of each fit, in the user's coordinates. */
export function parametersTable(
  uses: readonly ProblemUse[],
  results: ReadonlyMap<string, SolveResult>,
): Table {
  const rows = solvedFits(uses, results).flatMap((fit) =>
    fit.problem.form.parameterNames.map((_, p) => ({ fit, p })),
  );
  const side = (fit: Fit, p: number) => {
    const name = fit.problem.form.parameterNames[p];
    return fit.solution.activeBounds.find(({ parameter }) => parameter === name)?.side ?? null;
  };
  return tableOf<{ fit: Fit; p: number }>(rows, [
    ...fitIdentity.map((column) => via(column, ({ fit }: { fit: Fit }) => fit)),
    text("parameter", ({ fit, p }) => fit.problem.form.parameterNames[p]!),
    number("value", ({ fit, p }) => fit.solution.parameters[p]!),
    number("lower", ({ fit, p }) => boundsOf(fit.problem).lower[p]!),
    number("upper", ({ fit, p }) => boundsOf(fit.problem).upper[p]!),
    text("at_bound", ({ fit, p }) => side(fit, p)),
  ]);
}

function list(names: readonly string[]): string | null {
  return names.length === 0 ? null : names.join(", ");
}

/** Describes the loss of a problem's residuals: `squared`, `huber 0.001`. */
function describeLoss({ loss }: Problem): string {
  return loss.kind === "huber" ? `huber ${loss.delta}` : loss.kind;
}

/** The best use of a budget according to a law. */
interface Row {
  fit: Fit;
  /** The target whose FLOPs are the budget; undefined where the budget is that of the largest fit run. */
  target: string | undefined;
  c: number;
  /** The best size, or the reason why there is none. */
  best: ComputeOptimal | { reason: string };
}

/**
 * Table `compute_optimal`: for each fitted law of parameters and tokens, the best model size, tokens and loss at the FLOPs of
 * each target or, without targets, of the largest fit run. Undefined where no fit is such a law.
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
  const ofBest = (name: string, value: (best: ComputeOptimal) => number): ColumnOf<Row> =>
    number(name, ({ best }) => ("reason" in best ? Number.NaN : value(best)));
  return tableOf<Row>(rows, [
    ...fitIdentity.map((column) => via(column, ({ fit }: Row) => fit)),
    ofBest("exponent", ({ exponent }) => exponent),
    text("target", ({ target }) => target ?? null),
    number("c", ({ c }) => c),
    ofBest("n", ({ n }) => n),
    ofBest("d", ({ d }) => d),
    ofBest("loss", ({ loss }) => loss),
    text("reason", ({ best }) => ("reason" in best ? best.reason : null)),
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
      c: c.reduce((most, flops, row) => (role[row] === "fit" && flops > most ? flops : most), 0),
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
