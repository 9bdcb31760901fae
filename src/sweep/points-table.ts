import { runOfPoints } from "../identifiability/fit.ts";
import type { Configuration, PointRuns } from "../methods/method.ts";
import { fittedValues } from "../solve/fitted-values.ts";
import type { SolveResult } from "../solve/problem.ts";
import type { Table } from "../tables/table.ts";
import { type Fit, fitIdentity, solvedFits } from "./fit-tables.ts";
import type { SweepPlan } from "./plan-sweep.ts";
import { type ColumnOf, tableOf, via } from "./table-of.ts";

/** Points that the table holds at most, whole problems only: 2.2 MB on the disk for the ladder matrix. */
export const MOST_POINTS = 200_000;

interface Row {
  fit: Fit;
  run: string | null;
  /** Number of the point in its problem, from 0. */
  q: number;
  fitted: number;
}

/**
 * Table `points`: what was fitted, a row a point of each fit. Fits of the reference configuration go first, then the others
 * in order, until `most` points are reached; a fit that does not fit in is left out as a whole.
 */
export function pointsTable(
  plan: Pick<SweepPlan, "cells" | "shared">,
  results: ReadonlyMap<string, SolveResult>,
  reference: Configuration | undefined,
  most = MOST_POINTS,
): Table {
  const runs = pointRuns(plan);
  const first = new Set(
    plan.cells.flatMap(({ configuration, keys }) => (configuration === reference ? keys : [])),
  );
  const solved = solvedFits(plan.shared.uses, results);
  // A problem that is the same stage of several cells with other points left out has its points once.
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
  const rows = kept.flatMap((fit): Row[] => {
    const own = runs.get(fit.key)!;
    const of = runOfPoints({ problem: fit.problem, runs: own });
    const fitted = fittedValues(fit.problem, fit.solution.parameters);
    return Array.from(of, (r, q) => ({
      fit,
      run: own.measured?.[q] ?? own.runs[r] ?? null,
      q,
      fitted: fitted[q]!,
    }));
  });
  const width = kept.reduce((widest, { problem }) => Math.max(widest, problem.variables.length), 0);
  return tableOf(rows, columns(width));
}

function columns(width: number): ColumnOf<Row>[] {
  return [
    ...fitIdentity.map((column) => via(column, ({ fit }: Row) => fit)),
    { name: "run", type: "string", value: ({ run }) => run },
    { name: "variables", type: "string", value: ({ fit }) => fit.problem.form.variableNames.join(", ") },
    ...Array.from({ length: width }, (_, v): ColumnOf<Row> => {
      return {
        name: `variable_${v + 1}`,
        type: "float64",
        value: ({ fit, q }) => fit.problem.variables[v]?.[q] ?? Number.NaN,
      };
    }),
    { name: "response", type: "float64", value: ({ fit, q }) => fit.problem.response[q]! },
    { name: "fitted", type: "float64", value: ({ fitted }) => fitted },
    { name: "weight", type: "float64", value: ({ fit, q }) => fit.problem.weights?.[q] ?? Number.NaN },
  ];
}

/** Runs of the points of each problem. */
export function pointRuns({ cells }: Pick<SweepPlan, "cells">): Map<string, PointRuns> {
  const runs = new Map<string, PointRuns>();
  for (const { plan, keys } of cells) {
    plan.stages.forEach((stage, i) => {
      if ("problem" in stage) runs.set(keys[i]!, stage);
    });
  }
  return runs;
}
