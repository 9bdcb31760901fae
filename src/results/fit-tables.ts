import { titleOf } from "../forms/form.ts";
import { describePrior } from "../methods/priors.ts";
import { describeLeftOut, type FitQuality, fitQuality } from "../plan/fit-quality.ts";
import type { ProblemUse } from "../plan/shared-problems.ts";
import { describeLoss } from "../solve/loss.ts";
import { boundsOf, type Prior, type Solution, type SolveResult } from "../solve/problem.ts";
import type { Table } from "../tables/table.ts";
import { type ColumnOf, count, flag, number, tableOf, text, via } from "../tables/table-of.ts";

/** A problem in its use by one stage, with its solution. */
export interface Fit extends ProblemUse {
  solution: Solution;
}

/** A parameter of a fit, by its number. */
export interface FitParameter {
  fit: Fit;
  p: number;
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
export const fitIdentity: readonly ColumnOf<
  Pick<ProblemUse, "key" | "stage" | "subject" | "tasks" | "problem">
>[] = [
  text(
    "problem",
    "hash of form, points, loss, bounds and starts; equal ones share the fit",
    ({ key }) => key,
  ),
  text("stage", "stage of the method"),
  text(
    "subject",
    "what the response was measured on, if not the task: a validation domain, `mean` of several, or a group of the task's questions; otherwise null",
  ),
  text("task", "tasks that share the fit, with commas", ({ tasks }) => [...tasks].join(", ")),
  text("form", "name of the form; of a law that is an expression its equation", ({ problem }) =>
    titleOf(problem.form),
  ),
];

const solutionColumns: readonly ColumnOf<Solution>[] = [
  number("objective", "sum of the losses of the residuals"),
  number("gradient_norm", "largest element of the scaled projected gradient"),
  count("iterations", "iterations of the best start"),
  text("termination", "why the best start stopped ([solver.md](solver.md))"),
  count("starts", "random and given starts solved"),
  number("start_agreement", "share of starts within 1e-6 of the best objective (trained networks: 1e-2)"),
  flag(
    "no_better_cell",
    "no cell of the grid that starts were taken from has a lower objective ([solver.md](solver.md)); null without a grid",
    ({ objective, lowestCell }) => (lowestCell === undefined ? null : lowestCell >= objective * (1 - 1e-9)),
  ),
  number("condition_number", "of the scaled Gauss-Newton matrix; beyond 1e10 the valley is flat"),
  text("flat_direction", "parameters of the flattest direction, if it is flat", ({ flatDirection }) =>
    list(flatDirection),
  ),
  text("active_bounds", "parameters that a bound holds, with the side", ({ activeBounds }) =>
    list(activeBounds.map(({ parameter, side }) => `${parameter} ${side}`)),
  ),
];

/** Which runs a fit is on, where the stages of a cell are on different ones. */
const filterColumns: readonly ColumnOf<Fit>[] = [
  count(
    "runs",
    "runs that its points are of; in sweeps whose steps have different runs, as is the next column",
  ),
  text("runs_filter", "predicates on runs by which cells chose these, with semicolons", ({ filters }) =>
    list([...filters], "; "),
  ),
];

const qualityColumns: readonly ColumnOf<FitQuality>[] = [
  number("mean_abs_rel_error", "mean of abs((prediction - response) / response) over the points"),
  number(
    "r_squared",
    "1 - residual / total sum of squares over the points, both of logarithms if the residuals are",
  ),
];

/** Table `fits`: one row for each solved problem and stage. @param details columns of what else is known of a fit. @default none */
export function fitsTable(
  uses: readonly ProblemUse[],
  results: ReadonlyMap<string, SolveResult>,
  details: readonly ColumnOf<Fit>[] = [],
): Table {
  const fits = solvedFits(uses, results);
  const qualities = new Map(
    fits.map(({ key, problem, solution }) => [key, fitQuality(problem, solution.parameters)]),
  );
  return tableOf<Fit>(fits, [
    ...fitIdentity,
    text("residual", "`log` (of logarithms) or `plain`", ({ problem }) => problem.residual),
    text("loss", "loss of a residual: `squared`, or `huber` with its delta", ({ problem }) =>
      describeLoss(problem.loss),
    ),
    count("cells", "stages of cells that share the fit"),
    count("points", "points fitted", ({ solution }) => solution.points),
    text(
      "left_out",
      "points that it could have had, with the reasons; null if there are none",
      ({ leftOut }) => describeLeftOut(leftOut),
    ),
    ...(fits.some(({ filters }) => filters.size > 0) ? filterColumns : []),
    ...via(solutionColumns, ({ solution }: Fit) => solution),
    ...via(qualityColumns, ({ key }: Fit) => qualities.get(key)!),
    ...details,
  ]);
}

/**
 * Table `parameters`: one row for each parameter of each fit, in the user's coordinates.
 *
 * @param details columns of what else is known of a parameter. @default none
 */
export function parametersTable(
  uses: readonly ProblemUse[],
  results: ReadonlyMap<string, SolveResult>,
  details: readonly ColumnOf<FitParameter>[] = [],
): Table {
  const rows = solvedFits(uses, results).flatMap((fit) =>
    fit.problem.form.parameterNames.map((_, p) => ({ fit, p })),
  );
  const side = (fit: Fit, p: number) => {
    const name = fit.problem.form.parameterNames[p];
    return fit.solution.activeBounds.find(({ parameter }) => parameter === name)?.side ?? null;
  };
  const priorOf = ({ problem }: Fit, p: number) =>
    problem.priors?.find(({ parameter }) => parameter === problem.form.parameterNames[p]);
  return tableOf<FitParameter>(rows, [
    ...via(fitIdentity, ({ fit }: FitParameter) => fit),
    text("parameter", "name of the parameter", ({ fit, p }) => fit.problem.form.parameterNames[p]),
    number("value", "its value, in the form's own coordinates", ({ fit, p }) => fit.solution.parameters[p]),
    number("lower", "its lower bound", ({ fit, p }) => boundsOf(fit.problem).lower[p]),
    number("upper", "its upper bound", ({ fit, p }) => boundsOf(fit.problem).upper[p]),
    text("at_bound", "`lower` or `upper` if that bound holds it", ({ fit, p }) => side(fit, p)),
    ...(rows.some(({ fit, p }) => priorOf(fit, p)) ? priorColumns(priorOf) : []),
    ...details,
  ]);
}

/** What a fit knew of its parameters, as `priorsValue` reads it, and by what it was weighed. */
const priorColumns = (
  priorOf: (fit: Fit, p: number) => Prior | undefined,
): readonly ColumnOf<FitParameter>[] => [
  text(
    "prior",
    "its prior: centre and standard deviation, of its natural logarithm where it says log; only where a fit has priors",
    ({ fit, p }) => {
      const prior = priorOf(fit, p);
      return prior && describePrior(prior);
    },
  ),
  number(
    "prior_noise",
    "standard deviation of a residual, by which the prior was weighed; likewise",
    ({ fit, p }) => priorOf(fit, p) && fit.problem.noise,
  ),
];

function list(names: readonly string[], separator = ", "): string | null {
  return names.length === 0 ? null : names.join(separator);
}
