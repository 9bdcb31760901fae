import type { AxisInfo } from "../methods/axis.ts";
import type { Method } from "../methods/method.ts";
import type { SolveResult } from "../solve/problem.ts";
import type { Table } from "../tables/table.ts";
import { fitsTable, parametersTable } from "./fit-tables.ts";
import type { Cell, SweepPlan } from "./plan-sweep.ts";
import { relativeError, type ScoredPrediction, type SkippedStage } from "./score.ts";
import { type ColumnOf, tableOf, via } from "./table-of.ts";

/** The tables of a run directory, by name. */
export interface ResultTables {
  cells: Table;
  fits: Table;
  parameters: Table;
  predictions: Table;
  problems_skipped: Table;
}

/** Makes the result tables of a solved sweep. */
export function resultTables(
  method: Method,
  plan: SweepPlan,
  results: ReadonlyMap<string, SolveResult>,
  predictions: readonly ScoredPrediction[],
  skipped: readonly SkippedStage[],
): ResultTables {
  return {
    cells: cellsTable(method, plan.cells),
    fits: fitsTable(plan.uses, results),
    parameters: parametersTable(plan.uses, results),
    predictions: predictionsTable(method, predictions),
    problems_skipped: skippedTable(method, skipped),
  };
}

function identity(method: Method): ColumnOf<Cell>[] {
  return [
    { name: "cell", type: "int64", value: ({ id }) => id },
    { name: "method", type: "string", value: () => method.name },
    { name: "task", type: "string", value: ({ task }) => task },
  ];
}

/** The column of an axis. */
function axisColumn({ name, type }: AxisInfo): ColumnOf<Cell> {
  const read = ({ configuration }: Cell) => configuration.values.get(name);
  switch (type) {
    case "int64":
    case "float64":
      return { name, type, value: (cell) => Number(read(cell)) };
    case "boolean":
      return { name, type, value: (cell) => read(cell) === true };
    case "string":
      return { name, type, value: (cell) => String(read(cell)) };
  }
}

function cellsTable(method: Method, cells: readonly Cell[]): Table {
  const problems = method.stages.map((stage, i): ColumnOf<Cell> => {
    return { name: `problem_${stage}`, type: "string", value: ({ keys }) => keys[i] ?? null };
  });
  return tableOf(cells, [...identity(method), ...method.axes.map(axisColumn), ...problems]);
}

/** A column of the cell as a column of what belongs to it. */
function ofCell(column: ColumnOf<Cell>): ColumnOf<{ cell: Cell }> {
  return via(column, ({ cell }) => cell);
}

function predictionsTable(method: Method, predictions: readonly ScoredPrediction[]): Table {
  const number = (name: string, value: (prediction: ScoredPrediction) => number) =>
    ({ name, type: "float64", value }) as const;
  return tableOf<ScoredPrediction>(predictions, [
    ...identity(method).map(ofCell),
    { name: "target", type: "string", value: ({ target }) => target },
    ...method.axes.map((axis) => ofCell(axisColumn(axis))),
    number("predicted", ({ predicted }) => predicted),
    number("actual", ({ actual }) => actual),
    number("error", ({ predicted, actual }) => predicted - actual),
    number("abs_error", ({ predicted, actual }) => Math.abs(predicted - actual)),
    number("rel_error", ({ predicted, actual }) => relativeError(predicted, actual)),
    number("feature_predicted", ({ featurePredicted }) => featurePredicted),
    number("feature_actual", ({ featureActual }) => featureActual),
    number("feature_rel_error", (one) => relativeError(one.featurePredicted, one.featureActual)),
    number("link_predicted", ({ linkPredicted }) => linkPredicted),
    number("link_rel_error", ({ linkPredicted, actual }) => relativeError(linkPredicted, actual)),
  ]);
}

function skippedTable(method: Method, skipped: readonly SkippedStage[]): Table {
  return tableOf<SkippedStage>(skipped, [
    ...identity(method).map(ofCell),
    { name: "stage", type: "string", value: ({ stage }) => stage },
    { name: "problem", type: "string", value: ({ problem }) => problem ?? null },
    { name: "reason", type: "string", value: ({ reason }) => reason },
  ]);
}
