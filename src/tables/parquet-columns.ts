import type { DuckDBConnection } from "@duckdb/node-api";

/** A top-level column of a Parquet file, as the file names it. */
export interface ParquetColumn {
  name: string;
  /** Decimal digits where they are more than DuckDB's decimals hold, whose values it gets wrong. */
  wideDecimal?: string;
  /** Arrow's type of a duration, for which Parquet has none: the numbers are there, of what is in the file's Arrow schema. */
  duration?: string;
}

/** Digits of the widest decimal of DuckDB. */
const MOST_DIGITS = 38;

/**
 * The columns of a Parquet file as it has them: DuckDB gives the second of a name another one, and reads wide decimals as other
 * numbers.
 *
 * @param file path as an SQL literal
 */
export async function parquetColumns(connection: DuckDBConnection, file: string): Promise<ParquetColumn[]> {
  const reader = await connection.runAndReadAll(
    `SELECT name, num_children, precision, scale, type = 'INT64' AND logical_type IS NULL FROM parquet_schema(${file})`,
  );
  // The tree in the order of a walk, the root first.
  const nodes = reader.getRowsJS().map(([name, children, precision, scale, isPlain]) => ({
    name: String(name),
    children: Number(children ?? 0),
    precision: Number(precision ?? 0),
    scale: Number(scale ?? 0),
    isPlain: isPlain === true,
  }));
  const columns: ParquetColumn[] = [];
  let at = 1;
  /** Goes past a node and what it holds, and gives the first wide decimal there. */
  const skip = (): string | undefined => {
    const { children, precision, scale } = nodes[at++]!;
    let wide = precision > MOST_DIGITS ? `DECIMAL(${precision},${scale})` : undefined;
    for (let c = 0; c < children; c++) wide = skip() ?? wide;
    return wide;
  };
  while (at < nodes.length) {
    const { name } = nodes[at]!;
    const wideDecimal = skip();
    columns.push({ name, ...(wideDecimal !== undefined && { wideDecimal }) });
  }
  const durations = nodes.some(({ isPlain }) => isPlain) ? await durationsOf(connection, file) : undefined;
  return columns.map((column) => {
    const duration = durations?.get(column.name);
    return duration === undefined ? column : { ...column, duration };
  });
}

/** `Duration` among the types of Arrow's Schema.fbs. */
const DURATION = 18;

/** The columns that the Arrow schema within a Parquet file says are durations, with their types. */
async function durationsOf(connection: DuckDBConnection, file: string): Promise<Map<string, string>> {
  const reader = await connection.runAndReadAll(
    `SELECT value::VARCHAR FROM parquet_kv_metadata(${file}) WHERE key::VARCHAR = 'ARROW:schema'`,
  );
  const bytes = Buffer.from(String(reader.getRowsJS()[0]?.[0] ?? ""), "base64");
  // Most files have none, and need not wait for apache-arrow to load.
  if (!bytes.includes(DURATION)) return new Map();
  const { DataType, RecordBatchReader } = await import("apache-arrow");
  const { schema } = RecordBatchReader.from(bytes).open();
  return new Map(
    schema.fields
      .filter(({ type }) => DataType.isDuration(type))
      .map(({ name, type }) => [name, String(type)]),
  );
}
