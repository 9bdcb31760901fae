import { parseNumber } from "./cells.ts";
import type { Column } from "./table.ts";

/**
 * Whether a column that the schema does not name is a metric: a column of numbers, or a text column at
 * least half of whose cells are numbers. The latter is a number column with a slip in it, which must be reported and not
 * passed over.
 */
export function looksNumeric(column: Column): boolean {
  if (column.type === "float64" || column.type === "int64") return true;
  if (column.type === "boolean") return false;
  let filled = 0;
  let numeric = 0;
  for (const text of column.values) {
    if (text === null || text === "") continue;
    filled++;
    if (parseNumber(text) !== undefined) numeric++;
  }
  return filled > 0 && 2 * numeric >= filled;
}
