import type { PublishedCell, PublishedTable } from "./paper.ts";
import { printed } from "./printed.ts";

/** What a printed number of a row and column is; `row` and `column` are 0-based. */
export type CellOf = (row: string, column: number) => Omit<PublishedCell, "printed">;

/**
 * The rows of a table from its text as printed: a line a row, its name and then its numbers, with spaces between
 * them. A dash is a number that the paper does not print.
 *
 * @throws Error for a line with more or fewer numbers than columns
 */
export function readRows(columns: readonly string[], text: string, cellOf: CellOf): PublishedTable["rows"] {
  return text
    .trim()
    .split("\n")
    .map((line) => {
      const words = line.trim().split(/\s+/);
      const numbers = words.slice(-columns.length);
      const name = words.slice(0, -columns.length).join(" ");
      if (name === "" || words.length <= columns.length) {
        throw new Error(`${JSON.stringify(line)} has not a name and ${columns.length} numbers`);
      }
      return {
        name,
        cells: numbers.map((number, column) =>
          number === "-" ? undefined : { printed: printed(number), ...cellOf(name, column) },
        ),
      };
    });
}
