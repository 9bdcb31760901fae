import type { Verdict } from "../identifiability/determined.ts";
import type { AxisInfo, AxisValue } from "../methods/axis.ts";
import type { Configuration, Method } from "../methods/method.ts";
import { type ColumnOf, via } from "../tables/table-of.ts";
import type { Cell } from "./plan-sweep.ts";

/** Columns that say which cell a row belongs to. */
export function cellIdentity(method: Method): ColumnOf<Cell>[] {
  return [
    { name: "cell", type: "int64", value: ({ id }) => id },
    methodColumn(method),
    { name: "task", type: "string", value: ({ task }) => task },
  ];
}

/** The column that names the method. */
export function methodColumn(method: Method): ColumnOf<unknown> & { type: "string" } {
  return { name: "method", type: "string", value: () => method.name };
}

/** One column an axis. */
export function axisColumns(method: Method): ColumnOf<Configuration>[] {
  return method.axes.map(axisColumn);
}

function axisColumn({ name, type }: AxisInfo): ColumnOf<Configuration> {
  const read = ({ values }: Configuration): AxisValue | undefined => values.get(name);
  switch (type) {
    case "int64":
    case "float64":
      return { name, type, value: (configuration) => Number(read(configuration)) };
    case "boolean":
      return { name, type, value: (configuration) => read(configuration) === true };
    case "string":
      return { name, type, value: (configuration) => String(read(configuration)) };
  }
}

/** A column of the cell as a column of what belongs to it. */
export function ofCell(column: ColumnOf<Cell>): ColumnOf<{ cell: Cell }> {
  return via(column, ({ cell }) => cell);
}

/** A column of a configuration as a column of what has one. */
export function ofConfiguration(column: ColumnOf<Configuration>): ColumnOf<{ configuration: Configuration }> {
  return via(column, ({ configuration }) => configuration);
}

/** Whether the data determine a number, and why not. */
export function verdictColumns<Row>(of: (row: Row) => Verdict | undefined): ColumnOf<Row>[] {
  return [
    { name: "determined", type: "string", value: (row) => of(row)?.determined ?? null },
    { name: "determined_reason", type: "string", value: (row) => of(row)?.reason || null },
  ];
}
