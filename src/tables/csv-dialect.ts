import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import type { DuckDBConnection } from "@duckdb/node-api";
import { UserError } from "../errors.ts";
import { duckdbMessage, quotePath, quoteText } from "./duckdb.ts";

/** How a CSV file separates its cells, told from its first line. */
export interface CsvDialect {
  delimiter: string;
  /** Cells of the header. */
  cells: number;
}

const DELIMITERS = [",", ";", "\t", "|"] as const;

/** The dialect of a header line: its most frequent delimiter outside quotes, the comma where there is none. */
export function csvDialect(header: string): CsvDialect {
  const bare = header.replace(/"(?:[^"]|"")*"/g, "");
  const counts = DELIMITERS.map((delimiter) => ({ delimiter, cells: bare.split(delimiter).length }));
  return counts.reduce((best, candidate) => (candidate.cells > best.cells ? candidate : best));
}

/** The dialect of a CSV file (.gz too). The sniffer of DuckDB is slow on it, and takes ragged rows for one cell. */
export async function readCsvDialect(path: string): Promise<CsvDialect> {
  const file = createReadStream(path);
  const input = /\.gz$/i.test(path) ? file.pipe(createGunzip()) : file;
  try {
    let text = "";
    for await (const chunk of input) {
      text += (chunk as Buffer).toString("utf8");
      if (/[\r\n]/.test(text) || text.length > 1e6) break;
    }
    return csvDialect(text.split(/[\r\n]/, 1)[0] ?? "");
  } catch (error) {
    throw new UserError(`${path}: cannot be read: ${(error as Error).message}`);
  } finally {
    file.destroy();
  }
}

/**
 * Options of DuckDB's read_csv for a dialect: quoting of RFC 4180, a header in the first line (else the sniffer
 * skips lines that are shorter than those after them), no comments.
 */
export function csvOptions(dialect: CsvDialect): string {
  return `header = true, skip = 0, delim = ${quoteText(dialect.delimiter)}, quote = '"', escape = '"', comment = ''`;
}

/**
 * The error of a CSV file that DuckDB does not take, with the first line that is at fault. DuckDB's sniffer
 * only says that it failed, so the file is read once more with what its header says.
 */
export async function csvError(
  connection: DuckDBConnection,
  path: string,
  error: unknown,
): Promise<UserError> {
  const dialect = await readCsvDialect(path);
  const names = Array.from({ length: dialect.cells }, (_, i) => `'column${i}': 'VARCHAR'`).join(", ");
  const strict = `read_csv(${quotePath(path)}, ${csvOptions(dialect)}, auto_detect = false, columns = {${names}})`;
  const failure: unknown = await connection.run(`SELECT * FROM ${strict}`).then(
    () => error,
    (reason) => reason,
  );
  const message = failure instanceof Error ? failure.message : String(failure);
  const line = /CSV Error on Line: (\d+)/.exec(message)?.[1];
  const counts = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(message);
  const place = line === undefined ? path : `${path}, line ${line}`;
  if (counts !== null) {
    return new UserError(`${place}: ${counts[2]} cells; allowed: ${counts[1]}, as many as the header has`);
  }
  // DuckDB's reason stands between the line at fault and a page of hints and settings.
  const reason = /\n((?:Value with|Invalid|Error|Maximum|Unquoted)[^\n]*)/.exec(message)?.[1];
  const [first] = message.split("\n");
  return new UserError(`${place}: not a CSV file that can be read: ${reason ?? duckdbMessage(first)}`);
}
