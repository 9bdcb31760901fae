import { errorsOf } from "../fit/fit.ts";
import { RESPONSE } from "../fit/read-table.ts";
import type { SweepPlan } from "../plan/plan-sweep.ts";
import type { Problem, Residual } from "../solve/problem.ts";
import type { HeldOut, Place, SearchData } from "./data.ts";

/** A search of a sweep: a task, and what its regressions minimise. */
export interface Sought extends Pick<Problem, "loss" | "residual"> {
  task: string;
  /** Laws of the sweep, with which the found one is compared. */
  references: string[];
}

/** What a task of a sweep of method `fit` has for a search. */
export interface TaskRows {
  data: SearchData;
  /** Rows without a response or an input. */
  leftOut: number;
  test: HeldOut | undefined;
  places: readonly Place[];
}

/**
 * The rows of a task: those to fit with a response and every input, those that are held out, and what is predicted.
 *
 * @param inputs names of the inputs of the laws that are sought
 */
export function rowsOfTask(
  { index, targets }: Pick<SweepPlan, "index" | "targets">,
  task: string,
  { inputs, residual }: { inputs: readonly string[]; residual: Residual },
): TaskRows {
  const { table } = index;
  const y = table.metrics.get(RESPONSE)!;
  const columns = inputs.map((name) => table.inputs!.get(name)!);
  const isComplete = (row: number) => columns.every((column) => Number.isFinite(column[row]!));
  const all = index.fitRuns(task).flatMap(({ run, rows }) => Array.from(rows, (row) => ({ run, row })));
  const points = all
    .filter(({ row }) => Number.isFinite(y[row]!) && isComplete(row))
    .map(({ run, row }) => ({ run, row, response: y[row]! }));
  const of = (rows: readonly number[]) =>
    new Map(inputs.map((name, i) => [name, Float64Array.from(rows, (row) => columns[i]![row]!)]));
  const rows = points.map(({ row }) => row);
  const weights = table.free?.weights;
  const held = targets.flatMap(({ name }) => Array.from(index.targetRows(task, name)));
  const tested = held.filter((row) => Number.isFinite(y[row]!) && isComplete(row));
  return {
    data: {
      name: task,
      inputs: of(rows),
      response: Float64Array.from(points, ({ response }) => response),
      ...(weights && errorsOf(weights, residual, points)),
      cost: Float64Array.from(rows, (row) => table.c[row]!),
      runs: points.map(({ run }) => run),
    },
    leftOut: all.length - points.length,
    test:
      tested.length === 0
        ? undefined
        : { inputs: of(tested), response: Float64Array.from(tested, (row) => y[row]!) },
    places: targets.flatMap(({ name }) => {
      const row = index.targetRows(task, name).at(-1);
      if (row === undefined || !isComplete(row)) return [];
      const values = inputs.map((input, i) => [input, columns[i]![row]!] as const);
      return [{ name, inputs: new Map(values) }];
    }),
  };
}
