import { type CsvDialect, csvRecords } from "./csv.ts";
import { textBytes } from "./files.ts";

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

/** The line (1-based) of a row (0-based) in its file, or undefined if it is not known. */
export type RowLines = (row: number) => number | undefined;

/**
 * Lines of the rows of a text file, whose rows may go over several lines and have empty lines between them. The file is read
 * again when the first row is located for a message.
 *
 * @param dialect of a CSV file; undefined for JSON lines
 */
export function rowLines(path: string, rows: number, dialect: CsvDialect | undefined): RowLines {
  let lines: number[] | undefined;
  return (row) => {
    lines ??= findLines(path, dialect);
    // Where the count is another, so is what was taken for a row.
    return lines.length === rows ? lines[row] : undefined;
  };
}

function findLines(path: string, dialect: CsvDialect | undefined): number[] {
  const bytes = textBytes(path);
  const lines: number[] = [];
  // Of one column an empty line is a row.
  const least = dialect === undefined || dialect.cells > 1 ? 1 : 0;
  for (const { line, cells } of csvRecords(bytes, dialect ? [dialect.delimiter] : [])) {
    if (cells >= least && line > (dialect ? dialect.skip + 1 : 0)) lines.push(line);
  }
  return lines;
}
