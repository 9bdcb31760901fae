import type { CsvDialect } from "./csv-dialect.ts";
import { csvRecords } from "./csv-records.ts";
import { textBytes } from "./text-bytes.ts";

/** The line (1-based) of a row (0-based) in its file, or undefined where it cannot be told. */
export type RowLines = (row: number) => number | undefined;

/**
 * Lines of the rows of a text file, whose rows may go over several lines and have empty lines between them. The file is read
 * again for the first row that is asked for, which is to be named in a message.
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
