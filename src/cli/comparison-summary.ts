import type { JobComparison } from "../run/compare-jobs.ts";
import { formatTable, type TextFormat } from "../tables/format.ts";
import { type Column, cell, type Table } from "../tables/table.ts";
import { countOf, visibleLine } from "../text.ts";

const MOST_ROWS = 40;

/** A comparison of two jobs: as text the jobs, the counts and the cells that changed; in other formats the cells alone. */
export function formatComparison(
  { runs, counts, changed, unpaired }: JobComparison,
  format: TextFormat = "text",
  limit?: number,
): string {
  if (format !== "text")
    return formatTable(changed, { format, ...(limit !== undefined && { maxRows: limit }) });
  const { same, onlyFirst, onlySecond } = counts;
  const lines = runs.map((line) => `${visibleLine(line)}\n`).join("");
  const only = [
    ...(onlyFirst > 0 ? [`${onlyFirst} only in the first`] : []),
    ...(onlySecond > 0 ? [`${onlySecond} only in the second`] : []),
  ];
  const head = [`${countOf(same, "prediction")} the same, ${counts.changed} changed`, ...only].join(", ");
  if (changed.rows === 0) return `${lines}${head}\n`;
  const reason = unpaired === undefined ? "" : `no paired differences: ${unpaired}\n`;
  return `${lines}${head}\n${formatTable(telling(changed), { maxRows: limit ?? MOST_ROWS })}${reason}`;
}

/** The columns that tell rows apart: axes with a single value, and numbers that are known in no row, are left out. */
function telling(table: Table): Table {
  const kept = new Set(["task", "target", "predicted_first", "predicted_second", "difference"]);
  return { ...table, columns: table.columns.filter((column) => kept.has(column.name) || varies(column)) };
}

function varies(column: Column): boolean {
  const values = Array.from({ length: column.values.length }, (_, row) => cell(column, row));
  if (values.every((value) => value === null)) return false;
  return column.type !== "string" || new Set(values).size > 1;
}
