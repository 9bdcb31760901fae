import { UserError } from "../../errors.ts";
import { countOf } from "../../text.ts";
import { type CellSource, type NumberRule, numbers } from "../cells.ts";
import { readTable } from "../read.ts";

/** What a count or a size may be. */
export const POSITIVE: NumberRule = { allowed: "a number > 0", holds: (value) => value > 0, optional: false };
/** What a metric may be. */
export const METRIC: NumberRule = { allowed: "a finite number", holds: () => true, optional: true };

/**
 * Reads files of one layout, their rows one below the other.
 *
 * @param text columns that hold names
 * @throws UserError for files that cannot be read, and where there is no row
 */
export async function readRuns(paths: readonly string[], text: readonly string[] = []): Promise<CellSource> {
  const table = await readTable(paths, { text });
  const source = paths.join(", ");
  if (table.rows === 0) throw new UserError(`${source}: the table has no rows`);
  return { table, source, origin: { files: table.files }, literalNaN: table.literalNaN };
}

/** A metric column, and a note where values of it are missing. */
export function metricColumn(from: CellSource, name: string, notes: string[]): Float64Array {
  const column = from.table.columns.find((candidate) => candidate.name === name);
  if (column === undefined) throw new Error(`no column ${name}`);
  const values = numbers(from, column, METRIC);
  const missing = values.filter(Number.isNaN).length;
  if (missing > 0) notes.push(`column ${name}: ${missing} of ${countOf(values.length, "value")} missing`);
  return values;
}

/** A note that names the columns that were not read; none where all were. */
export function unusedColumns(from: CellSource, used: ReadonlySet<string>): string[] {
  const unused = from.table.columns.map(({ name }) => name).filter((name) => !used.has(name));
  if (unused.length === 0) return [];
  return [`${countOf(unused.length, "column")} left out, no metric of a subject: ${unused.join(", ")}`];
}

/** A note that counts the rows without any metric, which have no place in a tidy table; none where there are none. */
export function emptyRows(
  bySubject: ReadonlyMap<string, ReadonlyMap<string, Float64Array>>,
  rows: number,
): string[] {
  const columns = [...bySubject.values()].flatMap((metrics) => [...metrics.values()]);
  let empty = 0;
  for (let row = 0; row < rows; row++) {
    if (columns.every((values) => Number.isNaN(values[row]))) empty++;
  }
  return empty === 0 ? [] : [`${countOf(empty, "row")} left out: no metric at all`];
}
