import { formatTable } from "../../tables/format.ts";
import { type Column, findColumn, rowsOf, type Table, valueAt } from "../../tables/table.ts";

/**
 * The errors of each way of relating losses, over all pairs of corpora, tasks and targets, beside the scaling laws: a row each,
 * the relation and the axes that vary.
 */
export function formatRelations(relations: Table, axes: readonly string[]): string {
  const column = (name: string, from: string, show: (value: number) => string): Column => {
    const values = rowsOf(relations).map((row) => {
      const value = valueAt(relations, from, row);
      return value === null ? "" : show(Number(value));
    });
    return { name, type: "string", values };
  };
  const percent = (digits: number) => (share: number) => (100 * share).toFixed(digits);
  const varied = axes.filter((axis) => {
    return axis !== "relation" && new Set<unknown>(findColumn(relations, axis)?.values).size > 1;
  });
  const numbers = [
    column("fits", "translations", String),
    column("R squared", "median_r_squared", (value) => value.toFixed(4)),
    column("predictions", "predictions", String),
    column("mean error (%)", "mean_abs_rel_error", percent(2)),
    column("largest (%)", "largest_abs_rel_error", percent(2)),
    column("by laws (%)", "law_mean_abs_rel_error", percent(2)),
    column("nearer than laws (%)", "better", percent(0)),
  ];
  const table: Table = {
    rows: relations.rows,
    columns: [...["relation", ...varied].flatMap((axis) => findColumn(relations, axis) ?? []), ...numbers],
  };
  return formatTable(table, { maxRows: 60, alignRight: numbers.map(({ name }) => name) });
}
