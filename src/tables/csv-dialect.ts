import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import type { DuckDBConnection } from "@duckdb/node-api";
import { UserError } from "../errors.ts";
import { demandColumnNames } from "./column-names.ts";
import { csvRecords } from "./csv-records.ts";
import { duckdbMessage, quotePath, quoteText } from "./duckdb.ts";
import { textBytes } from "./text-bytes.ts";

/** How a CSV file separates its cells, told from its first line. */
export interface CsvDialect {
  delimiter: string;
  /** Cells of the header. */
  cells: number;
  /** Names of the columns, as the header has them. */
  names: string[];
  /** Lines before the header: empty ones, and the `sep=;` that spreadsheets write. */
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
  let rest: string | undefined = header;
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
    let bytes = Buffer.alloc(0);
    let found: CsvDialect | undefined;
    for await (const chunk of input) {
      bytes = Buffer.concat([bytes, chunk as Buffer]);
      found = headerOf(bytes, false);
      if (found !== undefined || bytes.length > 1e6) break;
    }
    return found ?? headerOf(bytes, true) ?? csvDialect("");
  } catch (error) {
    throw new UserError(`${path}: cannot be read: ${(error as Error).message}`);
  } finally {
    file.destroy();
  }
}

/** The dialect of the first record that is not empty, or undefined where it goes on beyond the bytes. */
function headerOf(bytes: Buffer, isWhole: boolean): CsvDialect | undefined {
  let separator: string | undefined;
  for (const { line, start, end, cells } of csvRecords(bytes, DELIMITERS)) {
    if (end >= bytes.length && !isWhole) return undefined;
    if (cells === 0) continue;
    const text = bytes.toString("utf8", start, end);
    if (separator !== undefined) return dialectOf(text, separator, line - 1);
    separator = /^"?sep=(.)"?$/i.exec(text)?.[1];
    if (separator === undefined) return { ...csvDialect(text), skip: line - 1 };
  }
  return undefined;
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
 * only says that it failed, and its reader counts records for lines.
 */
export async function csvError(
  connection: DuckDBConnection,
  path: string,
  error: unknown,
): Promise<UserError> {
  const dialect = await readCsvDialect(path);
  demandColumnNames(path, dialect.names);
  const lines: number[] = [];
  for (const { line, cells, isOpen } of csvRecords(textBytes(path), [dialect.delimiter])) {
    lines.push(line);
    if (line <= dialect.skip || cells === 0) continue;
    const place = `${path}, line ${line}`;
    if (isOpen) {
      return new UserError(`${place}: not a CSV file that can be read: the quote of a cell is never closed`);
    }
    if (cells === dialect.cells) continue;
    return new UserError(`${place}: ${cells} cells; allowed: ${dialect.cells}, as many as the header has`);
  }
  const names = Array.from({ length: dialect.cells }, (_, i) => `'column${i}': 'VARCHAR'`).join(", ");
  const strict = `read_csv(${quotePath(path)}, ${csvOptions(dialect)}, auto_detect = false, columns = {${names}})`;
  const failure: unknown = await connection.run(`SELECT * FROM ${strict}`).then(
    () => error,
    (reason) => reason,
  );
  const message = failure instanceof Error ? failure.message : String(failure);
  const record = /CSV Error on Line: (\d+)/.exec(message)?.[1];
  const line = record === undefined ? undefined : (lines[Number(record) - 1] ?? record);
  const place = line === undefined ? path : `${path}, line ${line}`;
  // DuckDB's reason stands between the line at fault and a page of hints and settings.
  const reason = /\n((?:Value with|Invalid|Error|Maximum|Unquoted)[^\n]*)/.exec(message)?.[1];
  const [first] = message.split("\n");
  return new UserError(`${place}: not a CSV file that can be read: ${reason ?? duckdbMessage(first)}`);
}
