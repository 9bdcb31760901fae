import type { DuckDBConnection, DuckDBType, DuckDBValue } from "@duckdb/node-api";
import type { DataType, Vector } from "apache-arrow";
import { openArrowFile, scaledInteger, textOf, typeOfNoNumbers, valueType } from "../read-arrow.ts";
import { type AppendedColumn, appendColumns, loadDuckDB, quoteName } from "./duckdb.ts";
import { describe, type Relation } from "./relation.ts";

type Arrow = typeof import("apache-arrow");
type DuckDB = typeof import("@duckdb/node-api");

/** How the values of an Arrow type are stored in DuckDB. */
interface Conversion {
  type: DuckDBType;
  convert(value: unknown): DuckDBValue;
}

/**
 * Copies columns of an Arrow file into DuckDB as they are: integers with all their digits, structs and lists as such.
 *
 * @param name of the table to make
 * @param wanted which columns
 * @param text columns that are read as text
 */
export async function arrowRelation(
  connection: DuckDBConnection,
  path: string,
  name: string,
  wanted: (name: string) => boolean,
  text: ReadonlySet<string> = new Set(),
): Promise<Relation> {
  const arrow = await import("apache-arrow");
  const duckdb = loadDuckDB();
  const table = await openArrowFile(path);
  const { fields } = table.schema;
  // A table of DuckDB's has a column at least.
  const some = fields.some(({ name }) => wanted(name));
  const columns = fields.flatMap((field, index) => {
    if (some ? !wanted(field.name) : index > 0) return [];
    const vector = table.getChildAt(index) as Vector;
    const { type, convert } = text.has(field.name)
      ? asText(arrow, duckdb, field.type)
      : conversionOf(arrow, duckdb, field.type);
    const fill: AppendedColumn["fill"] = (chunk, place, start, end) =>
      chunk.setColumnValues(
        place,
        Array.from({ length: end - start }, (_, i) => orNull(vector.get(start + i), convert)),
      );
    return [{ name: field.name, type, fill }];
  });
  await appendColumns(connection, name, columns, table.numRows);
  return describe(connection, `temp.${quoteName(name)}`);
}

function orNull(value: unknown, convert: (value: unknown) => DuckDBValue): DuckDBValue {
  return value === null || value === undefined ? null : convert(value);
}

function asText(arrow: Arrow, { VARCHAR }: DuckDB, type: DataType): Conversion {
  return { type: VARCHAR, convert: (value) => textOf(arrow, type, value) };
}

function conversionOf(arrow: Arrow, duckdb: DuckDB, given: DataType): Conversion {
  const { DataType } = arrow;
  const type = valueType(arrow, given);
  if (DataType.isBool(type)) return { type: duckdb.BOOLEAN, convert: (value) => value as boolean };
  if (DataType.isInt(type)) {
    const isWide = type.bitWidth === 64 && !type.isSigned;
    return {
      type: isWide ? duckdb.HUGEINT : duckdb.BIGINT,
      convert: (value) => BigInt(value as bigint | number),
    };
  }
  if (DataType.isFloat(type)) return { type: duckdb.DOUBLE, convert: Number };
  if (DataType.isDecimal(type) && typeOfNoNumbers(arrow, type) === undefined) {
    return type.scale === 0
      ? { type: duckdb.HUGEINT, convert: scaledInteger }
      : { type: duckdb.DOUBLE, convert: (value) => Number(textOf(arrow, type, value)) };
  }
  if (DataType.isTimestamp(type) || DataType.isDate(type)) {
    const convert = (value: unknown) =>
      new duckdb.DuckDBTimestampValue(BigInt(Math.round(Number(value) * 1000)));
    return { type: duckdb.TIMESTAMP, convert };
  }
  if (DataType.isStruct(type)) return structConversion(arrow, duckdb, type);
  if (DataType.isList(type) || DataType.isFixedSizeList(type)) {
    const items = conversionOf(arrow, duckdb, type.children[0]!.type);
    const convert = (value: unknown) =>
      duckdb.listValue(Array.from(value as Vector, (item: unknown) => orNull(item, items.convert)));
    return { type: duckdb.LIST(items.type), convert };
  }
  return asText(arrow, duckdb, type);
}

function structConversion(arrow: Arrow, duckdb: DuckDB, type: DataType): Conversion {
  const fields = type.children.map((field) => ({
    name: field.name,
    ...conversionOf(arrow, duckdb, field.type),
  }));
  const types = Object.fromEntries(fields.map(({ name, type }) => [name, type]));
  const convert = (value: unknown) => {
    const row = value as Readonly<Record<string, unknown>>;
    return duckdb.structValue(
      Object.fromEntries(fields.map(({ name, convert }) => [name, orNull(row[name], convert)])),
    );
  };
  return { type: duckdb.STRUCT(types), convert };
}
