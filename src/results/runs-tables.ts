import { askedBudgets, type Budget } from "../derived/budgets.ts";
import { hasComputeOptimal } from "../forms/compute-optimal.ts";
import type { Form } from "../forms/form.ts";
import { isBuiltIn } from "../forms/plain-form.ts";
import type { SolvedFit } from "../identifiability/card.ts";
import { runOfPoints } from "../identifiability/fit.ts";
import type { Configuration, PointRuns } from "../methods/method.ts";
import { runColumns } from "../methods/run-columns.ts";
import { type Size, sizeAt } from "../methods/runs.ts";
import type { SweepPlan } from "../plan/plan-sweep.ts";
import { fittedValues } from "../solve/objective.ts";
import type { Problem, Solution, SolveResult } from "../solve/problem.ts";
import type { CheckpointTable, Role } from "../tables/checkpoint-table.ts";
import { isLater } from "../tables/run-order.ts";
import { columnOf, MIX_PREFIX, type Table } from "../tables/table.ts";
import {
  type ColumnOf,
  count,
  type Group,
  number,
  tableOf,
  tableOfGroups,
  text,
} from "../tables/table-of.ts";
import { type Fit, fitIdentity, solvedFits } from "./fit-tables.ts";

/** Most points of the table, which contains whole problems only; it takes 2.2 MB on disk for the ladder matrix. */
export const MOST_POINTS = 200_000;

/** A point of a fit. */
export interface PointRow {
  fit: Fit;
  variables: string;
  run: string | null;
  /** Index of the point in its problem, from 0. */
  q: number;
  fitted: number;
}

/**
 * Table `points`: the fitted data, one row for each point of each fit. Fits of the reference configuration come first, then the
 * others in order, until `most` points are reached. A fit with more points than remain is left out as a whole.
 *
 * @param details columns of what else is known of a point. @default none
 */
export function pointsTable(
  plan: Pick<SweepPlan, "cells" | "shared">,
  results: ReadonlyMap<string, SolveResult>,
  reference: Configuration | undefined,
  most = MOST_POINTS,
  details: readonly ColumnOf<PointRow>[] = [],
): Table {
  const runs = pointRuns(plan);
  const first = new Set(
    plan.cells.flatMap(({ configuration, keys }) => (configuration === reference ? keys : [])),
  );
  const solved = solvedFits(plan.shared.uses, results);
  // A problem that is the same stage of several cells, which leave out different points, has its points only once.
  const fits = [
    ...new Map(solved.map((fit) => [JSON.stringify([fit.key, fit.stage, fit.subject]), fit])).values(),
  ];
  const ordered = [...fits.filter(({ key }) => first.has(key)), ...fits.filter(({ key }) => !first.has(key))];
  let room = most;
  const kept = ordered.filter(({ solution }) => {
    if (solution.points > room) return false;
    room -= solution.points;
    return true;
  });
  const groups = function* (): Iterable<Group<Fit, PointRow>> {
    for (const fit of kept) yield { shared: fit, items: pointsOf(fit, runs.get(fit.key)!) };
  };
  const points = kept.reduce((sum, { solution }) => sum + solution.points, 0);
  const width = kept.reduce((widest, { problem }) => Math.max(widest, problem.variables.length), 0);
  return tableOfGroups(points, groups(), fitIdentity, [...pointColumns(width), ...details]);
}

function* pointsOf(fit: Fit, runs: PointRuns): Iterable<PointRow> {
  const of = runOfPoints({ problem: fit.problem, runs });
  const fitted = fittedValues(fit.problem, fit.solution.parameters);
  const variables = fit.problem.form.variableNames.join(", ");
  for (let q = 0; q < of.length; q++) {
    const run = runs.measured?.[q] ?? runs.runs[of[q]!] ?? null;
    yield { fit, variables, run, q, fitted: fitted[q]! };
  }
}

function pointColumns(width: number): ColumnOf<PointRow>[] {
  return [
    text("run", "run that the point belongs to; null for a point of no run, such as the anchor"),
    text("variables", "names of the form's variables, with commas"),
    ...Array.from({ length: width }, (_, v): ColumnOf<PointRow> => {
      const description =
        "value of the first variable, and so on: as many columns as the form with the most variables needs, null beyond a form's own";
      return number(`variable_${v + 1}`, description, ({ fit, q }) => fit.problem.variables[v]?.[q]);
    }),
    number("response", "what was measured", ({ fit, q }) => fit.problem.response[q]),
    number("fitted", "what the fit gives there"),
    number("weight", "weight of the loss; null if all are 1", ({ fit, q }) => fit.problem.weights?.[q]),
  ];
}

/** The runs of the points of each problem, by the key of the problem. */
export function pointRuns({ cells }: Pick<SweepPlan, "cells">): Map<string, PointRuns> {
  const runs = new Map<string, PointRuns>();
  for (const { plan, keys } of cells) {
    plan.stages.forEach((stage, i) => {
      if ("problem" in stage) runs.set(keys[i]!, stage);
    });
  }
  return runs;
}

/**
 * Makes the function that puts a solution to the runs of its points; a problem that several stages share has those of the last.
 *
 * @param budgets whose best uses are asked of laws of model size and tokens. @default none
 */
export function fitOnRuns(
  plan: Pick<SweepPlan, "cells" | "index">,
  budgets: readonly Budget[] = [],
): (problem: Problem, solution: Solution) => SolvedFit {
  const { table } = plan.index;
  const flops = new Map<string, number>();
  if (!table.free) {
    const facts = runColumns(table);
    const c = columnOf(facts, "c").values;
    Array.from<unknown, string>(columnOf(facts, "run").values, String).forEach((run, i) => {
      flops.set(run, Number(c[i]));
    });
  }
  const runs = pointRuns(plan);
  return (problem, solution) => {
    const ofPoints = runs.get(problem.key)!;
    return {
      ...{ problem, solution, runs: ofPoints },
      flops: ofPoints.runs.map((run) => flops.get(run) ?? Number.NaN),
      ...(budgets.length > 0 &&
        isBestStudied(problem.form) && { budgets: askedBudgets(problem.form, budgets) }),
    };
  };
}

/** Whether a form has best sizes that other threads can find. */
const isBestStudied = (form: Form): boolean => isBuiltIn(form) && hasComputeOptimal(form);

interface RunRow {
  run: string;
  role: Role;
  /** Size at the end of training. */
  size: Size;
  /** Number of checkpoints with different tokens; 0 for a target whose size the sweep file gives. */
  checkpoints: number;
}

/** Table `runs`: the fit runs, in the order of their content, and the targets of the sweep, with their sizes. */
export function runsTable({ index, targets }: Pick<SweepPlan, "index" | "targets">): Table {
  const { table, places } = index;
  const inputs = table.free ? [] : [...(table.inputs?.keys() ?? [])];
  const byName = runsOf(table);
  const indexed = [...places.keys()].map((run) => byName.get(run)!);
  const rows = [
    ...indexed.filter(({ role }) => role === "fit"),
    ...targets.map((target): RunRow => {
      const checkpoints = byName.get(target.name)?.checkpoints ?? 0;
      return { run: target.name, role: "target", size: target, checkpoints };
    }),
  ];
  return tableOf<RunRow>(rows, [
    text("run", "name of the run, or of a size in the sweep file"),
    text("role", "`fit` or `target`"),
    number("n", "parameters", ({ size }) => size.n),
    number("d", "tokens at the end of training", ({ size }) => size.d),
    number("c", "FLOPs at the end of training", ({ size }) => size.c),
    count("checkpoints", "checkpoints in the table; 0 for a size in the sweep file"),
    ...Array.from(table.mixes.keys(), (source): ColumnOf<RunRow> => {
      const description = "share of each source, if the table has mixtures";
      return number(`${MIX_PREFIX}${source}`, description, ({ size }) => size.mix?.get(source));
    }),
    ...inputs.map((input): ColumnOf<RunRow> => {
      const description = "input that a law takes of a column, if one does";
      return number(`input.${input}`, description, ({ size }) => size.inputs?.get(input));
    }),
  ]);
}

function runsOf(table: CheckpointTable): Map<string, RunRow> {
  const runs = new Map<string, { last: number; tokens: Set<number> }>();
  for (let row = 0; row < table.rows; row++) {
    const run = runs.get(table.run[row]!) ?? { last: row, tokens: new Set<number>() };
    runs.set(table.run[row]!, run);
    run.tokens.add(table.d[row]!);
    if (isLater(table, row, run.last)) run.last = row;
  }
  return new Map(
    Array.from(runs, ([run, { last, tokens }]) => {
      return [run, { run, role: table.role[last]!, size: sizeAt(table, last), checkpoints: tokens.size }];
    }),
  );
}
