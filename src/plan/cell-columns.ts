import type { Verdict } from "../identifiability/determined.ts";
import type { AxisInfo, AxisValue } from "../methods/axis.ts";
import type { Configuration, Method } from "../methods/method.ts";
import { type ColumnOf, count, flag, number, text, via } from "../tables/table-of.ts";
import type { Cell } from "./plan-sweep.ts";

/** The column that names the method. */
export function methodColumn(method: Method): ColumnOf<object> {
  return text("method", "name of the method", () => method.name);
}

/** Columns that say which cell a row belongs to. */
export function cellIdentity(method: Method): ColumnOf<Cell>[] {
  return [
    count("cell", "number of the cell, from 0", ({ id }) => id),
    methodColumn(method),
    text("task", "subject that is predicted"),
  ];
}

/** The target of a prediction. */
export const targetColumn: ColumnOf<{ target?: string | null | undefined }> = text(
  "target",
  "run that is predicted, or size given in the sweep file",
);

/** Columns that say which prediction a row belongs to: cell, target and axes. */
export function predictionIdentity(method: Method): ColumnOf<{ cell: Cell; target: string }>[] {
  return [...ofCell(cellIdentity(method)), targetColumn, ...ofCell(axisColumns(method))];
}

/** One column an axis. */
export function axisColumns(
  method: Method,
  description = "value of each design choice",
): ColumnOf<{ configuration: Configuration }>[] {
  return method.axes.map((axis) => axisColumn(axis, description));
}

function axisColumn(
  { name, type }: AxisInfo,
  description: string,
): ColumnOf<{ configuration: Configuration }> {
  const read = ({ configuration }: { configuration: Configuration }): AxisValue | undefined =>
    configuration.values.get(name);
  switch (type) {
    case "int64":
      return count(name, description, (row) => Number(read(row)));
    case "float64":
      return number(name, description, (row) => Number(read(row)));
    case "boolean":
      return flag(name, description, (row) => read(row) === true);
    case "string":
      return text(name, description, (row) => String(read(row)));
  }
}

/** Columns of the cell as columns of what belongs to it. */
export function ofCell(columns: readonly ColumnOf<Cell>[]): ColumnOf<{ cell: Cell }>[] {
  return via(columns, ({ cell }) => cell);
}

/** Whether the data determine a number, and why not. */
export const verdictColumns: readonly ColumnOf<{ verdict?: Verdict | undefined }>[] = [
  text(
    "determined",
    "whether the data determine it: `yes`, `outside`, `seed`, `flat` or `bound` ([predictions](#predictions))",
    ({ verdict }) => verdict?.determined,
  ),
  text(
    "determined_reason",
    "why they do not, and what would help; null if they do",
    ({ verdict }) => verdict?.reason || null,
  ),
];
