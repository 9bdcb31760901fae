import type { Method } from "../../methods/method.ts";
import type { Cell, SweepPlan } from "../../plan/plan-sweep.ts";
import { runsUsedBy } from "../../plan/runs-used.ts";
import type { ScoredPrediction } from "../../plan/score.ts";
import type { Table } from "../../tables/table.ts";
import { axisImportanceTable, rankAxes } from "./axis-importance.ts";
import { choicesTable } from "./choices.ts";
import { compareAxes, outcomesOf } from "./compare-axes.ts";
import { curveMeansTable, curvePoints, curvesTable } from "./curves.ts";
import { configurationsTable, rankConfigurations, referenceConfiguration } from "./rank-configurations.ts";
import { finalSpreads, varianceCorrelationTable, varianceTable } from "./variance.ts";

/** The tables of the analyses of a sweep's predictions. */
export interface AnalysisTables {
  configurations: Table;
  choices: Table;
  axis_importance: Table;
  curves: Table;
  curve_means: Table;
  variance: Table;
  variance_correlation: Table;
}

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
