import type { Configuration, Method } from "../../methods/method.ts";
import type { Table } from "../../tables/table.ts";
import { axisColumns, methodColumn, ofConfiguration } from "../cell-columns.ts";
import { type ColumnOf, tableOf, via } from "../table-of.ts";
import { alongRuns, type OnCurve, predicateOf } from "./along-runs.ts";
import type { CurvePoint } from "./curves.ts";
import { type SumUpRuns, usedColumns } from "./runs-used.ts";
import { meanOf } from "./summaries.ts";

/** The points of one configuration and target, over tasks. */
interface MeanPoint extends OnCurve {
  target: string;
  points: CurvePoint[];
}

/** Table `curve_means`: the points of table `curves` averaged over tasks; curve by curve, the least compute first. */
export function curveMeansTable(method: Method, usedBy: SumUpRuns, points: readonly CurvePoint[]): Table {
  const means = alongRuns(method, overTasks(usedBy, points), ({ target }) => target).flat();
  return tableOf<MeanPoint>(means, [
    via(methodColumn(method), (point) => point),
    { name: "target", type: "string", value: ({ target }) => target },
    ...axisColumns(method).map(ofConfiguration),
    ...usedColumns.map((column) => via(column, ({ used }: MeanPoint) => used)),
    {
      name: "tasks",
      type: "int64",
      value: (one) => finite(one, ({ absRelError }) => absRelError).length,
    },
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
    Array.from(byTarget, ([target, own]): MeanPoint => {
      const tasks = own.map(({ cell }) => cell.task);
      return { configuration, target, points: own, used: usedBy(predicateOf(configuration), tasks) };
    }),
  );
}

function finite({ points }: MeanPoint, value: (point: CurvePoint) => number): number[] {
  return points.map(value).filter(Number.isFinite);
}

function average(name: string, value: (point: CurvePoint) => number): ColumnOf<MeanPoint> {
  return { name, type: "float64", value: (one) => meanOf(finite(one, value), (error) => error) };
}
