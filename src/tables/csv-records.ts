/** A record of a CSV file. */
export interface CsvRecord {
  /** Line (1-based) that it begins on. A quoted cell may go over several. */
  line: number;
  /** Its bytes, the end of the line left out. */
  start: number;
  end: number;
  /** Cells; 0 for an empty line. */
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
