import type { Configuration, Method } from "../../methods/method.ts";
import { axisColumns, cellIdentity, methodColumn, ofCell, ofConfiguration } from "../../plan/cell-columns.ts";
import type { Cell } from "../../plan/plan-sweep.ts";
import type { OnCurve, RunsUsed, SumUpRuns } from "../../plan/runs-used.ts";
import { alongRuns, predicateOf, varyRuns } from "../../plan/runs-used.ts";
import { relativeError, type ScoredPrediction } from "../../plan/score.ts";
import { mean } from "../../statistics.ts";
import type { Table } from "../../tables/table.ts";
import { type ColumnOf, count, number, tableOf, text, via } from "../../tables/table-of.ts";

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
      used: usedBy(predicateOf(configuration), [task]),
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
    ...cellIdentity(method).map(ofCell),
    text("target", ({ target }) => target),
    ...axisColumns(method).map(ofConfiguration),
    ...usedColumns.map((column) => via(column, ({ used }: CurvePoint) => used)),
    number("abs_error", ({ absError }) => absError),
    number("abs_rel_error", ({ absRelError }) => absRelError),
    number("feature_abs_rel_error", (point) => point.featureAbsRelError),
    number("link_abs_rel_error", (point) => point.linkAbsRelError),
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
    via(methodColumn(method), (point) => point),
    text("target", ({ target }) => target),
    ...axisColumns(method).map(ofConfiguration),
    ...usedColumns.map((column) => via(column, ({ used }: MeanPoint) => used)),
    count("tasks", (point) => finite(point, ({ absRelError }) => absRelError).length),
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
      return { configuration, target, points: ofTarget, used: usedBy(predicateOf(configuration), tasks) };
    }),
  );
}

function finite({ points }: MeanPoint, value: (point: CurvePoint) => number): number[] {
  return points.map(value).filter(Number.isFinite);
}

function average(name: string, value: (point: CurvePoint) => number): ColumnOf<MeanPoint> {
  return { name, type: "float64", value: (point) => mean(finite(point, value)) };
}

/** The columns that describe the runs that were used. */
const usedColumns: readonly ColumnOf<RunsUsed>[] = [
  count("runs_used", ({ runs }) => runs),
  number("largest_n", ({ largestN }) => largestN),
  number("largest_xc", ({ largestXc }) => largestXc),
  number("largest_c", ({ largestC }) => largestC),
  number("total_c", ({ totalC }) => totalC),
];
