import { groupBy } from "../collections.ts";
import { FILE_NAME } from "../tables/read.ts";
import { cell, type Table } from "../tables/table.ts";
import { formatNumber } from "../text.ts";

/**
 * Rows that are equal in every column, and what they do to the errors; of several files, those of another file too.
 *
 * @param numbers inputs and responses
 * @param fitted the rows that are fitted, ascending
 * @param sourceRow the row of the file that a row is
 */
export function copiedRows(
  table: Table,
  numbers: readonly Float64Array[],
  {
    fitted,
    sourceRow,
    hasRuns,
  }: { fitted: Uint32Array; sourceRow: (row: number) => number; hasRuns: boolean },
): string[] {
  const columns = table.columns.filter(({ name }) => name !== FILE_NAME);
  // Few rows have the same numbers: only theirs are compared in all columns.
  const alike = groupBy([...fitted], (row) => numbers.map((values) => values[row]).join(" "));
  const copies = [...alike.values()]
    .filter((rows) => rows.length > 1)
    .flatMap((rows) => [
      ...groupBy(rows, (row) => JSON.stringify(columns.map((column) => cell(column, row)))).values(),
    ])
    .flatMap(([first, ...others]) => others.map((copy) => ({ copy, of: first! })));
  const first = copies.toSorted((a, b) => a.copy - b.copy)[0];
  if (first === undefined) return [];
  const place = (row: number) => `row ${sourceRow(row) + 1}`;
  const excess = Math.sqrt(fitted.length / (fitted.length - copies.length));
  const errors = hasRuns
    ? "each counts as a row of its run"
    : `each counts as a measurement of its own; if it is none, standard errors are about ${formatNumber(excess, 3)} times too small`;
  return [
    `${copies.length} of ${fitted.length} rows are copies of another in every column (the first: ${place(first.copy)} of ${place(first.of)}); ${errors}`,
  ];
}
