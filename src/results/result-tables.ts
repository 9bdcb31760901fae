import type { Bootstrap } from "../bootstrap/spec.ts";
import type { ExtendedMethod, SolvedSweep, Tables } from "../extension.ts";
import type { FitStudy } from "../identifiability/study.ts";
import type { Method } from "../methods/method.ts";
import {
  axisColumns,
  cellIdentity,
  ofCell,
  predictionIdentity,
  verdictColumns,
} from "../plan/cell-columns.ts";
import type { Cell } from "../plan/plan-sweep.ts";
import {
  isDetermined,
  relativeError,
  type ScoredPrediction,
  type SkippedStage,
  skippedStages,
} from "../plan/score.ts";
import { referenceConfiguration } from "../ranking/reference.ts";
import type { RequestedTables } from "../registry.ts";
import type { Table } from "../tables/table.ts";
import { type ColumnOf, number, tableOf, text } from "../tables/table-of.ts";
import { type AnalysisTables, analysisTables } from "./analysis/analysis-tables.ts";
import { ComputeOptimalTable } from "./compute-optimal-table.ts";
import { FitDetails, levelOf } from "./fit-details.ts";
import { fitsTable, parametersTable } from "./fit-tables.ts";
import { misfitColumns } from "./misfits.ts";
import { MOST_POINTS, pointsTable, runsTable } from "./runs-tables.ts";

/** The tables of every sweep by name, and what each has a row for. `docs/results.md` describes their columns. */
export const fitTables = {
  predictions: "cell and target: predicted, actual, errors",
  cells: "assignment of all axes, for one task",
  runs: "fit run of the checkpoint table, and target",
  fits: "solved problem and stage",
  parameters: "parameter of each fit",
  covariance: "pair of parameters of each fit; method `fit`",
  points: "point of each fit",
  identifiability: "parameter of each fit: how well the data determine it",
  problems_skipped: "stage of a cell that has no solution, with the reason",
  compute_optimal: "law of parameters and tokens and target: the best model size at its FLOPs",
} as const;

/** The tables of a sweep with a bootstrap. */
export const bootstrapTables = {
  intervals:
    "interval of a prediction; sweeps with a bootstrap (as are the next four tables) or with back-tests",
  bootstrap: "resampled problem and stage",
  comparisons:
    "configuration compared with the reference on the same resamples, over all tasks and targets and for each",
  selection: "prediction of the best configuration, with the choice repeated in every resample",
  draws: "replicate of each prediction, if requested",
  parameter_draws: "replicate and parameter of each fit, if draws are requested",
} as const;

// Intersections, as an interface with optional tables and those of any name holds under exactOptionalPropertyTypes alone.
export type FitTables = AnalysisTables &
  Tables &
  Record<Exclude<keyof typeof fitTables, "identifiability" | "compute_optimal" | "covariance">, Table> & {
    /** Present where fits are what users look at. */
    covariance?: Table;
    /** Present where a fit is a law of parameters and tokens. */
    compute_optimal?: Table;
  };

export type BootstrapTables = Record<
  Exclude<keyof typeof bootstrapTables, "draws" | "parameter_draws">,
  Table
>;

/** The result tables of a job directory. */
export type ResultTables = FitTables &
  Partial<BootstrapTables> &
  RequestedTables & {
    identifiability: Table;
  };

/** Makes the result tables of a solved sweep. */
export function resultTables(
  solved: SolvedSweep & { method: ExtendedMethod },
  {
    rankUndetermined,
    bootstrap,
    studies,
  }: {
    rankUndetermined: boolean;
    bootstrap?: Bootstrap | undefined;
    /** Of the fits, by the key of the problem. @default not known */
    studies?: ReadonlyMap<string, FitStudy>;
  },
): FitTables {
  const { method, plan, results, predictions } = solved;
  const level = levelOf(bootstrap);
  const details = method.detailsFits ? new FitDetails(solved, level) : undefined;
  const optimal = new ComputeOptimalTable(solved, level).table();
  return {
    cells: cellsTable(method, plan.cells),
    runs: runsTable(plan),
    fits: fitsTable(plan.shared.uses, results, [...misfitColumns(studies), ...(details?.fits() ?? [])]),
    parameters: parametersTable(plan.shared.uses, results, details?.parameters()),
    ...(details && { covariance: details.covariance() }),
    points: pointsTable(
      plan,
      results,
      referenceConfiguration(method.axes, plan.cells),
      MOST_POINTS,
      details?.points(),
    ),
    predictions: predictionsTable(method, predictions, details?.predictions(plan.targets)),
    problems_skipped: skippedTable(method, skippedStages(plan.cells, results)),
    ...method.extension?.make(solved),
    ...(optimal && { compute_optimal: optimal }),
    ...analysisTables(method, plan, rankUndetermined ? predictions : predictions.filter(isDetermined)),
  };
}

function cellsTable(method: Method, cells: readonly Cell[]): Table {
  const problems = method.stages.map((stage): ColumnOf<Cell> => {
    const description =
      "a column for each stage: its problem in table `fits`; several, with commas, if each target has its own; " +
      "null if the cell has no such stage or the table cannot give its points";
    return text(`problem_${stage}`, description, (cell) => problemsOf(cell, stage));
  });
  return tableOf(cells, [...cellIdentity(method), ...axisColumns(method), ...problems]);
}

/** Keys of the problems of a cell's stages of that name, separated by commas. A stage that is fitted for each target has several. */
function problemsOf({ keys, plan }: Cell, name: string): string | null {
  const problems = plan.stages.flatMap((stage, i) => (stage.name === name ? (keys[i] ?? []) : []));
  return problems.length === 0 ? null : problems.join(", ");
}

function predictionsTable(
  method: Method,
  predictions: readonly ScoredPrediction[],
  details: readonly ColumnOf<ScoredPrediction>[] = [],
): Table {
  return tableOf<ScoredPrediction>(predictions, [
    ...predictionIdentity(method),
    text("predicts", "`score`, `loss` or `error`", ({ cell }) => cell.configuration.predicts),
    number("predicted", "predicted score"),
    ...verdictColumns,
    number("actual", "measured score; null if the table has none"),
    number("error", "predicted - actual", ({ predicted, actual }) => predicted - actual),
    number("abs_error", "its absolute value", ({ predicted, actual }) => Math.abs(predicted - actual)),
    number("rel_error", "error / actual", ({ predicted, actual }) => relativeError(predicted, actual)),
    number("feature_predicted", "first stage's prediction of what links the stages; null in a single step"),
    number("feature_actual", "its measured value"),
    number("feature_rel_error", "(predicted - actual) / actual of the feature", (row) =>
      relativeError(row.featurePredicted, row.featureActual),
    ),
    number("link_predicted", "the last stage alone: score from the actual feature"),
    number("link_rel_error", "(link_predicted - actual) / actual", ({ linkPredicted, actual }) =>
      relativeError(linkPredicted, actual),
    ),
    ...details,
  ]);
}

function skippedTable(method: Method, skipped: readonly SkippedStage[]): Table {
  return tableOf<SkippedStage>(skipped, [
    ...ofCell(cellIdentity(method)),
    text("stage", "stage without a solution"),
    text("subject", "what its response would be measured on, if not the task"),
    text("target", "the one target that the stage is for; null if all share it"),
    text("problem", "its problem; null if no points could be found"),
    text("reason", "why"),
  ]);
}
