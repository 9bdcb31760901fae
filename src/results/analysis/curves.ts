import type { Configuration, Method } from "../../methods/method.ts";
import { axisColumns, methodColumn, predictionIdentity, targetColumn } from "../../plan/cell-columns.ts";
import type { Cell } from "../../plan/plan-sweep.ts";
import type { OnCurve, RunsUsed, SumUpRuns } from "../../plan/runs-used.ts";
import { alongRuns, predicatesOf, varyRuns } from "../../plan/runs-used.ts";
import { relativeError, type ScoredPrediction } from "../../plan/score.ts";
import { mean } from "../../statistics.ts";
import type { Table } from "../../tables/table.ts";
import { type ColumnOf, count, number, tableOf, via } from "../../tables/table-of.ts";

/** A prediction on a curve of error against compute. Unknown numbers are NaN. */
interface CurvePoint extends OnCurve {
  cell: Cell;
  target: string;
  absError: number;
  absRelError: number;
  featureAbsRelError: number;
  linkAbsRelError: number;
}

/**
 * Compute-versus-error curves (Bhagia et al., 2024, section 5.2, figures 6 to 8): the predictions of cells that differ in the
 * axis `runs` only, with totals of the runs that they used. The points of a curve follow each other, the least compute first. A
 * single prediction does not make a curve, and a method without the axis has no curves.
 */
export function curvePoints(
  method: Method,
  usedBy: SumUpRuns,
  predictions: readonly ScoredPrediction[],
): CurvePoint[] {
  if (!varyRuns(predictions.map(({ cell }) => cell.configuration))) return [];
  const points = predictions.map((prediction): CurvePoint => {
    const { configuration, task } = prediction.cell;
    return {
      cell: prediction.cell,
      configuration,
      target: prediction.target,
      used: usedBy(predicatesOf(configuration), [task]),
      absError: Math.abs(prediction.predicted - prediction.actual),
      absRelError: Math.abs(relativeError(prediction.predicted, prediction.actual)),
      featureAbsRelError: Math.abs(relativeError(prediction.featurePredicted, prediction.featureActual)),
      linkAbsRelError: Math.abs(relativeError(prediction.linkPredicted, prediction.actual)),
    };
  });
  return alongRuns(method, points, ({ cell, target }) => `${cell.task}\n${target}`)
    .filter((curve) => curve.length > 1)
    .flat();
}

/** Table `curves`: a row for each point. */
export function curvesTable(method: Method, points: readonly CurvePoint[]): Table {
  return tableOf<CurvePoint>(points, [
    ...predictionIdentity(method),
    ...usedColumns,
    number("abs_error", "abs(predicted - actual)"),
    number("abs_rel_error", "of the whole chain"),
    number("feature_abs_rel_error", "of the first stage"),
    number("link_abs_rel_error", "of the last stage, from the actual feature"),
  ]);
}

/** The points of all tasks for one configuration and target. */
interface MeanPoint extends OnCurve {
  target: string;
  points: CurvePoint[];
}

/** Table `curve_means`: the points of table `curves` averaged over tasks; curve by curve, the least compute first. */
export function curveMeansTable(method: Method, usedBy: SumUpRuns, points: readonly CurvePoint[]): Table {
  const means = alongRuns(method, overTasks(usedBy, points), ({ target }) => target).flat();
  return tableOf<MeanPoint>(means, [
    methodColumn(method),
    targetColumn,
    ...axisColumns(method),
    ...usedColumns,
    count(
      "tasks",
      "tasks with a known relative error; the means leave out unknown values",
      (point) => finite(point, ({ absRelError }) => absRelError).length,
    ),
    average("mean_abs_error", ({ absError }) => absError),
    average("mean_abs_rel_error", ({ absRelError }) => absRelError),
    average("mean_feature_abs_rel_error", (point) => point.featureAbsRelError),
    average("mean_link_abs_rel_error", (point) => point.linkAbsRelError),
  ]);
}

function overTasks(usedBy: SumUpRuns, points: readonly CurvePoint[]): MeanPoint[] {
  const byConfiguration = new Map<Configuration, Map<string, CurvePoint[]>>();
  for (const point of points) {
    const byTarget = byConfiguration.get(point.configuration) ?? new Map<string, CurvePoint[]>();
    byConfiguration.set(point.configuration, byTarget);
    byTarget.set(point.target, [...(byTarget.get(point.target) ?? []), point]);
  }
  return [...byConfiguration].flatMap(([configuration, byTarget]) =>
    Array.from(byTarget, ([target, ofTarget]): MeanPoint => {
      const tasks = ofTarget.map(({ cell }) => cell.task);
      return { configuration, target, points: ofTarget, used: usedBy(predicatesOf(configuration), tasks) };
    }),
  );
}

function finite({ points }: MeanPoint, value: (point: CurvePoint) => number): number[] {
  return points.map(value).filter(Number.isFinite);
}

function average(name: string, value: (point: CurvePoint) => number): ColumnOf<MeanPoint> {
  return number(name, "mean over tasks", (point) => mean(finite(point, value)));
}

/** The columns that describe the runs that were used. */
const usedColumns = via(
  [
    count(
      "runs_used",
      "fit runs that the axis `runs` selects, measured on one of the tasks at least; the next four columns refer to them",
      ({ runs }: RunsUsed) => runs,
    ),
    number("largest_n", "parameters of the largest of them"),
    number("largest_xc", "longest training, as a multiple of 20 tokens a parameter, to one decimal"),
    number("largest_c", "FLOPs of the run with the most"),
    number("total_c", "FLOPs of all of them"),
  ],
  ({ used }: { used: RunsUsed }) => used,
);
