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
  /** Names of the columns, as the header has them. */
  names: string[];
  /** Lines before the header: the `sep=;` that spreadsheets write. */
  skip: number;
}

/** What stands before the decimals of a number. */
export type Decimal = "." | ",";

const DELIMITERS = [",", ";", "\t", "|"] as const;

/** The dialect of a header line: its most frequent delimiter outside quotes, the comma where there is none. */
export function csvDialect(header: string): CsvDialect {
  const bare = header.replace(/"(?:[^"]|"")*"/g, "");
  const counts = DELIMITERS.map((delimiter) => ({ delimiter, cells: bare.split(delimiter).length }));
  const { delimiter } = counts.reduce((best, candidate) => (candidate.cells > best.cells ? candidate : best));
  return dialectOf(header, delimiter, 0);
}

function dialectOf(header: string, delimiter: string, skip: number): CsvDialect {
  const names: string[] = [];
  // A cell is quoted, its quotes doubled, or runs to the next delimiter.
  let rest: string | undefined = header.replace(/^\uFEFF/, "");
  while (rest !== undefined) {
    const quoted: RegExpExecArray | null = /^"((?:[^"]|"")*)"/.exec(rest);
    const end: number = rest.indexOf(delimiter, quoted?.[0].length ?? 0);
    names.push(quoted ? quoted[1]!.replaceAll('""', '"') : end < 0 ? rest : rest.slice(0, end));
    rest = end < 0 ? undefined : rest.slice(end + delimiter.length);
  }
  return { delimiter, cells: names.length, names, skip };
}

/** The dialect of a CSV file (.gz too). The sniffer of DuckDB is slow on it, and takes ragged rows for one cell. */
export async function readCsvDialect(path: string): Promise<CsvDialect> {
  const file = createReadStream(path);
  const input = /\.gz$/i.test(path) ? file.pipe(createGunzip()) : file;
  try {
    let text = "";
    for await (const chunk of input) {
      text += (chunk as Buffer).toString("utf8");
      if (/[\r\n][^\r\n]+[\r\n]/.test(text) || text.length > 1e6) break;
    }
    const [first = "", second = ""] = text.split(/\r\n|\r|\n/, 2);
    const separator = /^\uFEFF?"?sep=(.)"?$/i.exec(first)?.[1];
    return separator === undefined ? csvDialect(first) : dialectOf(second, separator, 1);
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
export function csvOptions(dialect: CsvDialect, decimal: Decimal = "."): string {
  const separator = decimal === "." ? "" : `, decimal_separator = ${quoteText(decimal)}`;
  return `header = true, skip = ${dialect.skip}, delim = ${quoteText(dialect.delimiter)}, quote = '"', escape = '"', comment = ''${separator}`;
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
