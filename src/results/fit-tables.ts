import { UserError } from "../errors.ts";
import { type ComputeOptimal, computeOptimal, hasComputeOptimal } from "../forms/compute-optimal.ts";
import type { LeftOutPoints } from "../methods/method.ts";
import type { SweepPlan } from "../plan/plan-sweep.ts";
import type { ProblemUse } from "../plan/shared-problems.ts";
import { fittedValues } from "../solve/objective.ts";
import { boundsOf, type Problem, type Solution, type SolveResult } from "../solve/problem.ts";
import { mean } from "../statistics.ts";
import type { Table } from "../tables/table.ts";
import { type ColumnOf, tableOf, via } from "./table-of.ts";

/** A problem as one stage, and its solution. */
export interface Fit extends ProblemUse {
  solution: Solution;
}

/** The problems that have a solution, in order. */
export function solvedFits(uses: readonly ProblemUse[], results: ReadonlyMap<string, SolveResult>): Fit[] {
  return uses.flatMap((use) => {
    // One without a result belongs to another shard of the job.
    const result = results.get(use.key);
    return result !== undefined && "solution" in result ? [{ ...use, solution: result.solution }] : [];
  });
}

/** Columns that say which fit it is. */
export const fitIdentity: readonly ColumnOf<ProblemUse>[] = [
  { name: "problem", type: "string", value: ({ key }) => key },
  { name: "stage", type: "string", value: ({ stage }) => stage },
  { name: "subject", type: "string", value: ({ subject }) => subject ?? null },
  { name: "task", type: "string", value: ({ tasks }) => [...tasks].join(", ") },
  { name: "form", type: "string", value: ({ problem }) => problem.form.name },
];

/** Table `fits`: one row for each solved problem and stage. */
export function fitsTable(uses: readonly ProblemUse[], results: ReadonlyMap<string, SolveResult>): Table {
  return tableOf<Fit>(solvedFits(uses, results), [
    ...fitIdentity,
    { name: "residual", type: "string", value: ({ problem }) => problem.residual },
    { name: "loss", type: "string", value: ({ problem }) => describeLoss(problem) },
    { name: "cells", type: "int64", value: ({ cells }) => cells },
    { name: "points", type: "int64", value: ({ solution }) => solution.points },
    { name: "left_out", type: "string", value: ({ leftOut }) => describeLeftOut(leftOut) },
    { name: "objective", type: "float64", value: ({ solution }) => solution.objective },
    { name: "gradient_norm", type: "float64", value: ({ solution }) => solution.gradientNorm },
    { name: "iterations", type: "int64", value: ({ solution }) => solution.iterations },
    { name: "termination", type: "string", value: ({ solution }) => solution.termination },
    { name: "starts", type: "int64", value: ({ solution }) => solution.starts },
    { name: "start_agreement", type: "float64", value: ({ solution }) => solution.startAgreement },
    { name: "condition_number", type: "float64", value: ({ solution }) => solution.conditionNumber },
    { name: "flat_direction", type: "string", value: ({ solution }) => list(solution.flatDirection) },
    {
      name: "active_bounds",
      type: "string",
      value: ({ solution }) =>
        list(solution.activeBounds.map(({ parameter, side }) => `${parameter} ${side}`)),
    },
    {
      name: "mean_abs_rel_error",
      type: "float64",
      value: ({ problem, solution }) => meanAbsRelError(problem, solution.parameters),
    },
    {
      name: "r_squared",
      type: "float64",
      value: ({ problem, solution }) => rSquared(problem, solution.parameters),
    },
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
    { name: "parameter", type: "string", value: ({ fit, p }) => fit.problem.form.parameterNames[p]! },
    { name: "value", type: "float64", value: ({ fit, p }) => fit.solution.parameters[p]! },
    { name: "lower", type: "float64", value: ({ fit, p }) => boundsOf(fit.problem).lower[p]! },
    { name: "upper", type: "float64", value: ({ fit, p }) => boundsOf(fit.problem).upper[p]! },
    { name: "at_bound", type: "string", value: ({ fit, p }) => side(fit, p) },
  ]);
}

function list(names: readonly string[]): string | null {
  return names.length === 0 ? null : names.join(", ");
}

/** The loss of a problem's residuals: `squared`, `huber 0.001`. */
function describeLoss({ loss }: Problem): string {
  return loss.kind === "huber" ? `huber ${loss.delta}` : loss.kind;
}

/** `3 at chance, 1 not improved`; null where nothing is. */
export function describeLeftOut(leftOut: readonly LeftOutPoints[]): string | null {
  return list(leftOut.map(({ reason, points }) => `${points} ${reason}`));
}

/**
 * 1 - sum of the squared residuals / sum of the squared deviations of the response from its mean, both of logarithms
 * where the residuals are. NaN where the response is the same at all points.
 */
export function rSquared(problem: Problem, parameters: Float64Array): number {
  const unit = problem.residual === "log" ? Math.log : (value: number) => value;
  const values = problem.response.map(unit);
  // Their mean may be off by rounding, which deviations would be made of.
  if (values.every((value) => value === values[0])) return Number.NaN;
  const fitted = fittedValues(problem, parameters).map(unit);
  const centre = mean(values);
  const residuals = values.reduce((sum, value, i) => sum + (fitted[i]! - value) ** 2, 0);
  const deviations = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return 1 - residuals / deviations;
}

/** Mean of |prediction - response| / |response| over the points whose response is not 0. */
function meanAbsRelError(problem: Problem, parameters: Float64Array): number {
  const fitted = fittedValues(problem, parameters);
  const errors = problem.response
    .map((y, i) => Math.abs((fitted[i]! - y) / y))
    .filter((_, i) => problem.response[i] !== 0);
  return mean(errors);
}

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
