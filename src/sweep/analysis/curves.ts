import type { Method } from "../../methods/method.ts";
import type { Table } from "../../tables/table.ts";
import { axisColumns, cellIdentity, ofCell, ofConfiguration } from "../cell-columns.ts";
import type { Cell } from "../plan-sweep.ts";
import { relativeError, type ScoredPrediction } from "../score.ts";
import { tableOf, via } from "../table-of.ts";
import { alongRuns, type OnCurve, predicateOf, varyRuns } from "./along-runs.ts";
import { type SumUpRuns, usedColumns } from "./runs-used.ts";

/** A prediction on a curve of error against compute. What is not known is NaN. */
export interface CurvePoint extends OnCurve {
  cell: Cell;
  target: string;
  absError: number;
  absRelError: number;
  featureAbsRelError: number;
  linkAbsRelError: number;
}

/**
 * Compute-versus-error curves (Bhagia et al., 2024, section 5.2, figures 6 to 8): the predictions of cells that
 * differ in the axis `runs` only, with what the runs they used amount to. Curve by curve, the least compute first; a
 * prediction without a second one beside it is no curve, and a method without the axis has none.
 */
export function curvePoints(
  method: Method,
  usedBy: SumUpRuns,
  predictions: readonly ScoredPrediction[],
): CurvePoint[] {
  if (!varyRuns(predictions.map(({ cell }) => cell.configuration))) return [];
  const points = predictions.map((one): CurvePoint => {
    const { configuration, task } = one.cell;
    return {
      cell: one.cell,
      configuration,
      target: one.target,
      used: usedBy(predicateOf(configuration), [task]),
      absError: Math.abs(one.predicted - one.actual),
      absRelError: Math.abs(relativeError(one.predicted, one.actual)),
      featureAbsRelError: Math.abs(relativeError(one.featurePredicted, one.featureActual)),
      linkAbsRelError: Math.abs(relativeError(one.linkPredicted, one.actual)),
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
    { name: "target", type: "string", value: ({ target }) => target },
    ...axisColumns(method).map(ofConfiguration),
    ...usedColumns.map((column) => via(column, ({ used }: CurvePoint) => used)),
    { name: "abs_error", type: "float64", value: ({ absError }) => absError },
    { name: "abs_rel_error", type: "float64", value: ({ absRelError }) => absRelError },
    { name: "feature_abs_rel_error", type: "float64", value: (point) => point.featureAbsRelError },
    { name: "link_abs_rel_error", type: "float64", value: (point) => point.linkAbsRelError },
  ]);
}
