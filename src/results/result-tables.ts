import type { Method } from "../methods/method.ts";
import type { Cell, SweepPlan } from "../plan/plan-sweep.ts";
import { isDetermined, relativeError, type ScoredPrediction, type SkippedStage } from "../plan/score.ts";
import type { SolveResult } from "../solve/problem.ts";
import { findColumn, type Table } from "../tables/table.ts";
import { type AnalysisTables, analysisTables } from "./analysis/analysis-tables.ts";
import { referenceConfiguration } from "./analysis/rank-configurations.ts";
import { computeOptimalTable, fitsTable, parametersTable } from "./fit-tables.ts";
import { relationsTable, translationsTable } from "./relations-tables.ts";
import { pointsTable, runsTable } from "./runs-tables.ts";
import {
  axisColumns,
  type ColumnOf,
  cellIdentity,
  ofCell,
  tableOf,
  verdictColumns,
  via,
} from "./table-of.ts";

/** The tables of every sweep, by name. `docs/results.md` has their columns. */
export interface FitTables extends AnalysisTables {
  cells: Table;
  runs: Table;
  fits: Table;
  parameters: Table;
  points: Table;
  predictions: Table;
  problems_skipped: Table;
  /** Of methods that relate losses to each other. */
  translations?: Table;
  relations?: Table;
  /** Where a fit is a law of parameters and tokens. */
  compute_optimal?: Table;
}

/** Those of a sweep with a bootstrap. */
export interface BootstrapTables {
  intervals: Table;
  bootstrap: Table;
  comparisons: Table;
  selection: Table;
}

/** Those of a sweep with back-tests, which has `intervals` too. */
export interface BacktestTables {
  backtests: Table;
  backtest_rates: Table;
}

/** Those of a sweep that looks for mixtures. */
export interface MixtureTables {
  mixtures: Table;
  mixture_optima: Table;
}

/** Those of a sweep with an isoflop analysis. */
export interface IsoflopTables {
  isoflop: Table;
  isoflop_points: Table;
  isoflop_laws: Table;
}

/** The tables of a job directory. */
export interface ResultTables
  extends FitTables,
    Partial<BootstrapTables>,
    Partial<BacktestTables>,
    Partial<MixtureTables>,
    Partial<IsoflopTables> {
  identifiability: Table;
}

/** Makes the result tables of a solved sweep. */
export function resultTables(
  method: Method,
  plan: SweepPlan,
  results: ReadonlyMap<string, SolveResult>,
  predictions: readonly ScoredPrediction[],
  skipped: readonly SkippedStage[],
  { rankUndetermined = false }: { rankUndetermined?: boolean } = {},
): FitTables {
  const translations = translationsTable(method, plan.cells, results);
  const relations =
    translations && relationsTable(method, plan.cells, predictions, fitsOfCells(translations));
  const optimal = computeOptimalTable(plan, results);
  return {
    cells: cellsTable(method, plan.cells),
    runs: runsTable(plan),
    fits: fitsTable(plan.shared.uses, results),
    parameters: parametersTable(plan.shared.uses, results),
    points: pointsTable(plan, results, referenceConfiguration(method.axes, plan.cells)),
    predictions: predictionsTable(method, predictions),
    problems_skipped: skippedTable(method, skipped),
    ...(translations && relations && { translations, relations }),
    ...(optimal && { compute_optimal: optimal }),
    ...analysisTables(method, plan, rankUndetermined ? predictions : predictions.filter(isDetermined)),
  };
}

/** R squared of the translations of each cell, by its number. */
function fitsOfCells(translations: Table): Map<number, number[]> {
  const found = new Map<number, number[]>();
  const fits = findColumn(translations, "r_squared")!.values;
  findColumn(translations, "cell")!.values.forEach((value, row) => {
    const cell = Number(value);
    found.set(cell, [...(found.get(cell) ?? []), Number(fits[row] ?? Number.NaN)]);
  });
  return found;
}

function axesOfCell(method: Method): ColumnOf<Cell>[] {
  return axisColumns(method).map((column) => via(column, ({ configuration }) => configuration));
}

function cellsTable(method: Method, cells: readonly Cell[]): Table {
  const problems = method.stages.map((stage): ColumnOf<Cell> => {
    return { name: `problem_${stage}`, type: "string", value: (cell) => problemsOf(cell, stage) };
  });
  return tableOf(cells, [...cellIdentity(method), ...axesOfCell(method), ...problems]);
}

/** Keys of the problems of a cell's stages of that name, with commas: a stage for one target each has several. */
function problemsOf({ keys, plan }: Cell, name: string): string | null {
  const own = plan.stages.flatMap((stage, i) => (stage.name === name ? (keys[i] ?? []) : []));
  return own.length === 0 ? null : own.join(", ");
}

function predictionsTable(method: Method, predictions: readonly ScoredPrediction[]): Table {
  const number = (name: string, value: (prediction: ScoredPrediction) => number) =>
    ({ name, type: "float64", value }) as const;
  return tableOf<ScoredPrediction>(predictions, [
    ...cellIdentity(method).map(ofCell),
    { name: "target", type: "string", value: ({ target }) => target },
    ...axesOfCell(method).map(ofCell),
    { name: "predicts", type: "string", value: ({ cell }) => cell.configuration.predicts },
    number("predicted", ({ predicted }) => predicted),
    ...verdictColumns<ScoredPrediction>(({ verdict }) => verdict),
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
    ...cellIdentity(method).map(ofCell),
    { name: "stage", type: "string", value: ({ stage }) => stage },
    { name: "subject", type: "string", value: ({ subject }) => subject ?? null },
    { name: "target", type: "string", value: ({ target }) => target ?? null },
    { name: "problem", type: "string", value: ({ problem }) => problem ?? null },
    { name: "reason", type: "string", value: ({ reason }) => reason },
  ]);
}
