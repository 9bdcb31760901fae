import type { DuckDBConnection } from "@duckdb/node-api";

/** A top-level column of a Parquet file, as the file names it. */
export interface ParquetColumn {
  name: string;
  /** Decimal digits where they are more than DuckDB's decimals hold, whose values it gets wrong. */
  wideDecimal?: string;
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
    `SELECT name, num_children, precision, scale FROM parquet_schema(${file})`,
  );
  // The tree in the order of a walk, the root first.
  const nodes = reader.getRowsJS().map(([name, children, precision, scale]) => ({
    name: String(name),
    children: Number(children ?? 0),
    precision: Number(precision ?? 0),
    scale: Number(scale ?? 0),
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
  return columns;
}
