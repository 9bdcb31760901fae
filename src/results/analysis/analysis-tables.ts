import type { Method } from "../../methods/method.ts";
import type { Cell, SweepPlan } from "../../plan/plan-sweep.ts";
import { runsUsedBy } from "../../plan/runs-used.ts";
import type { ScoredPrediction } from "../../plan/score.ts";
import { compareAxes, outcomesOf } from "../../ranking/compare-axes.ts";
import { referenceConfiguration } from "../../ranking/reference.ts";
import type { Table } from "../../tables/table.ts";
import { axisImportanceTable, rankAxes } from "./axis-importance.ts";
import { choicesTable } from "./choices.ts";
import { curveMeansTable, curvePoints, curvesTable } from "./curves.ts";
import { configurationsTable, rankConfigurations } from "./rank-configurations.ts";
import { finalSpreads, varianceCorrelationTable, varianceTable } from "./variance.ts";

/** The tables of the analyses of a sweep's predictions, and what each has a row for. */
export const predictionAnalyses = {
  configurations: "assignment of all axes, over all tasks and targets, the best first",
  choices: "value of each axis, against the axis's default",
  axis_importance: "axis, the one that matters most first",
  curves: "prediction on a curve of error against compute",
  curve_means: "the same, over tasks",
  variance: "task and metric: spread of the last checkpoints",
  variance_correlation: "spread and error: their correlation over tasks",
} as const;

export type AnalysisTables = Record<keyof typeof predictionAnalyses, Table>;

/** Makes the tables of all analyses. */
export function analysisTables(
  method: Method,
  { index, cells, tasks }: SweepPlan,
  predictions: readonly ScoredPrediction[],
): AnalysisTables {
  const { axes } = method;
  const outcomes = outcomesOf(predictions);
  const compared = compareAxes(axes, cells, outcomes);
  const usedBy = runsUsedBy(index);
  const points = curvePoints(method, usedBy, predictions);
  const spreads = finalSpreads(index, tasks, metricsOf(cells));
  const reference = referenceConfiguration(axes, cells);
  return {
    configurations: configurationsTable(method, rankConfigurations(cells, outcomes)),
    choices: choicesTable(method, compared, outcomes),
    axis_importance: axisImportanceTable(method, rankAxes(compared)),
    curves: curvesTable(method, points),
    curve_means: curveMeansTable(method, usedBy, points),
    variance: varianceTable(spreads),
    variance_correlation: varianceCorrelationTable(
      spreads,
      predictions.filter(({ cell }) => cell.configuration === reference),
    ),
  };
}

/** The metrics of tasks that the configurations of a sweep need. */
function metricsOf(cells: readonly Cell[]): string[] {
  return [...new Set(cells.flatMap(({ configuration }) => configuration.needs.map(({ metric }) => metric)))];
}
