import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import type { DuckDBConnection } from "@duckdb/node-api";
import { UserError } from "../errors.ts";
import { textBytes } from "./files.ts";
import { duckdbMessage, quotePath, quoteText } from "./sql/duckdb.ts";
import { type Column, cell, demandColumnNames, type Table } from "./table.ts";

/** A record of a CSV file. */
interface CsvRecord {
  /** Line (1-based) that it begins on. A quoted cell may go over several. */
  line: number;
  /** Its bytes, the end of the line left out. */
  start: number;
  end: number;
  /** Number of cells; 0 for an empty line. */
  cells: number;
  /** Whether the file ends within a quoted cell. */
  isOpen: boolean;
}

const [QUOTE, LINE_FEED, RETURN] = ['"', "\n", "\r"].map((sign) => sign.charCodeAt(0)) as [
  number,
  number,
  number,
];
const BYTE_ORDER_MARK = Uint8Array.of(0xef, 0xbb, 0xbf);

/** The records of a CSV file in UTF-8, empty lines too: quoting of RFC 4180, lines that end in LF, CRLF or CR. */
export function* csvRecords(bytes: Uint8Array, delimiters: readonly string[]): Generator<CsvRecord> {
  const isDelimiter = new Uint8Array(256);
  for (const delimiter of delimiters) isDelimiter[delimiter.charCodeAt(0)] = 1;
  let at = BYTE_ORDER_MARK.every((byte, i) => bytes[i] === byte) ? BYTE_ORDER_MARK.length : 0;
  let line = 1;
  while (at < bytes.length) {
    const record: CsvRecord = { line, start: at, end: at, cells: 0, isOpen: false };
    let isCellStart = true;
    for (; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (record.isOpen) {
        if (byte === LINE_FEED || (byte === RETURN && bytes[at + 1] !== LINE_FEED)) line++;
        if (byte !== QUOTE) continue;
        if (bytes[at + 1] === QUOTE) at++;
        else record.isOpen = false;
        continue;
      }
      if (byte === LINE_FEED || byte === RETURN) break;
      if (record.cells === 0) record.cells = 1;
      // Within a cell a quote is a sign like others.
      record.isOpen = byte === QUOTE && isCellStart;
      isCellStart = isDelimiter[byte] === 1;
      if (isCellStart) record.cells++;
    }
    record.end = at;
    at += bytes[at] === RETURN && bytes[at + 1] === LINE_FEED ? 2 : 1;
    line++;
    yield record;
  }
}

/** How a CSV file separates its cells, read from its first line. */
export interface CsvDialect {
  delimiter: string;
  /** Number of cells in the header. */
  cells: number;
  /** Names of the columns, as the header has them. */
  names: string[];
  /** Lines before the header: empty ones, and the `sep=;` that spreadsheets write. */
  skip: number;
}

/** The decimal separator of numbers. */
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

/** The dialect of a CSV file (.gz too). DuckDB's sniffer is slow, and takes rows of different lengths for single cells. */
export async function readCsvDialect(path: string): Promise<CsvDialect> {
  const file = createReadStream(path);
  const input = /\.gz$/i.test(path) ? file.pipe(createGunzip()) : file;
  try {
    let bytes = Buffer.alloc(0);
    let dialect: CsvDialect | undefined;
    for await (const chunk of input) {
      bytes = Buffer.concat([bytes, chunk as Buffer]);
      dialect = headerOf(bytes, false);
      if (dialect !== undefined || bytes.length > 1e6) break;
    }
    return dialect ?? headerOf(bytes, true) ?? csvDialect("");
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
 * The error of a CSV file that DuckDB cannot read, with the first faulty line. DuckDB's sniffer says only that it failed, and its
 * reader counts records instead of lines.
 *
 * @internal declarations of the package name no type of DuckDB's, which is not installed with it
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
  // DuckDB's reason is between the faulty line and a page of hints and settings.
  const reason = /\n((?:Value with|Invalid|Error|Maximum|Unquoted)[^\n]*)/.exec(message)?.[1];
  const [first] = message.split("\n");
  return new UserError(`${place}: not a CSV file that can be read: ${reason ?? duckdbMessage(first)}`);
}

/**
 * The table as CSV with a header: quoting of RFC 4180, lines that end in a line feed, numbers with every
 * digit they need to be read back the same, nothing between the commas where a value is missing.
 */
export function formatCsv(table: Table): string {
  const lines = [table.columns.map(({ name }) => quote(name)).join(",")];
  for (let row = 0; row < table.rows; row++) {
    lines.push(table.columns.map((column) => csvCell(column, row)).join(","));
  }
  return `${lines.join("\n")}\n`;
}

function csvCell(column: Column, row: number): string {
  const value = cell(column, row);
  if (value === null) return "";
  return typeof value === "string" ? quote(value, true) : String(value);
}

/** Empty text is quoted, so that it is not taken for a missing value. */
function quote(text: string, isCell = false): string {
  const needed = /[",\r\n]/.test(text) || (isCell && text === "");
  return needed ? `"${text.replaceAll('"', '""')}"` : text;
}
