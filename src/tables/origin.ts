import type { RowLines } from "./row-lines.ts";

/** One file that rows of a table came from. */
export interface SourceFile {
  /** As the user gave it, or as the glob found it. */
  path: string;
  /** Number of data rows that came from it. */
  rows: number;
  /** Lines of the rows of a text file; undefined for other files. */
  lines?: RowLines;
}

/** Where the rows of a table came from: the files in order, and the row of the source behind each row. */
export interface Origin {
  files: readonly SourceFile[];
  /** Source row (0-based, over all files) of each row; absent where row i is source row i. */
  sourceRow?: Uint32Array;
}

/**
 * The place of a row in words: `runs.csv, row 3 (line 4)`. Rows are counted from 1 and are data rows: the
 * header of a CSV file is not one.
 *
 * @param origin where the table came from
 * @param row 0-based row of the table
 */
export function describeRow(origin: Origin, row: number): string {
  let index = origin.sourceRow?.[row] ?? row;
  for (const file of origin.files) {
    if (index < file.rows) {
      const line = file.lines?.(index);
      return `${file.path}, row ${index + 1}${line === undefined ? "" : ` (line ${line})`}`;
    }
    index -= file.rows;
  }
  return `row ${row + 1}`;
}
