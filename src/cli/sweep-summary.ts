import type { SweepResult } from "../sweep/run-sweep.ts";
import { formatTable } from "../tables/format.ts";
import { type Column, cell, findColumn, type Table } from "../tables/table.ts";
import { formatHeadline } from "./sweep-headline.ts";

const MOST_ROWS = 60;

/** What a sweep predicted, for people: a row a prediction, axes that vary, errors in points and per cent. */
export function formatSummary({ tables }: SweepResult, directory: string): string {
  const { predictions } = tables;
  const compared = new Set<unknown>(findColumn(tables.axis_importance, "axis")?.values);
  const axes = predictions.columns.filter((one) => compared.has(one.name) && varies(one));
  const summary: Table = {
    rows: predictions.rows,
    columns: [
      ...["task", "target"].flatMap((name) => findColumn(predictions, name) ?? []),
      ...axes,
      decimals(predictions, "predicted", "predicted", 1, 4),
      decimals(predictions, "actual", "actual", 1, 4),
      decimals(predictions, "error", "error (points)", 100, 2),
      decimals(predictions, "rel_error", "error (%)", 100, 2),
    ],
  };
  const { problems_skipped: skipped } = tables;
  const left =
    skipped.rows === 0 ? "" : `${skipped.rows} stages skipped: lawfit show ${directory} problems_skipped\n`;
  return (
    `${formatTable(summary, { maxRows: MOST_ROWS })}${left}${formatHeadline(tables)}` +
    `tables in ${directory}: ${Object.keys(tables).join(", ")} (lawfit show ${directory} predictions)\n`
  );
}

function varies(column: Column): boolean {
  return new Set<unknown>(column.values).size > 1;
}

/** Numbers as text, aligned to the right of the column's name; blank where one is missing. */
function decimals(table: Table, from: string, name: string, scale: number, digits: number): Column {
  const source = findColumn(table, from);
  const values = Array.from({ length: table.rows }, (_, row) => {
    const value = source === undefined ? null : cell(source, row);
    return typeof value === "number" ? (scale * value).toFixed(digits).padStart(name.length) : "";
  });
  return { name, type: "string", values };
}
