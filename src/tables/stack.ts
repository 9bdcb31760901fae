import type { Column, ReadColumns } from "./table.ts";

type ColumnType = Column["type"];

/** The rows of the parts one below the other, columns matched by name in order of first appearance. */
export function stackColumns(parts: readonly ReadColumns[]): ReadColumns {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const types = new Map<string, ColumnType>();
  const literalNaN = new Map<string, number>();
  const noNumbers = new Map(parts.flatMap((part) => [...(part.noNumbers ?? [])]));
  let rows = 0;
  for (const part of parts) {
    for (const { name, type } of part.columns) {
      const known = types.get(name);
      types.set(name, known === undefined ? type : commonType(known, type));
    }
    for (const [name, row] of part.literalNaN) {
      if (!literalNaN.has(name)) literalNaN.set(name, rows + row);
    }
    rows += part.rows;
  }
  const columns = Array.from(types, ([name, type]) => stackColumn(name, type, parts, rows));
  return { rows, columns, literalNaN, noNumbers };
}

/** The narrower type that holds the values of both. */
function commonType(a: ColumnType, b: ColumnType): ColumnType {
  if (a === b) return a;
  const numbers = new Set<ColumnType>(["int64", "float64"]);
  return numbers.has(a) && numbers.has(b) ? "float64" : "string";
}

function stackColumn(name: string, type: ColumnType, parts: readonly ReadColumns[], rows: number): Column {
  if (type === "float64") {
    const values = new Float64Array(rows).fill(Number.NaN);
    eachValue(name, parts, (value, row) => {
      if (value !== null) values[row] = Number(value);
    });
    return { name, type, values };
  }
  if (type === "int64") return { name, type, values: collect(name, parts, rows, Number) };
  if (type === "boolean") return { name, type, values: collect(name, parts, rows, Boolean) };
  return { name, type, values: collect(name, parts, rows, String) };
}

type Value = string | number | boolean;

function collect<T>(
  name: string,
  parts: readonly ReadColumns[],
  rows: number,
  convert: (value: Value) => T,
): (T | null)[] {
  const values = new Array<T | null>(rows).fill(null);
  eachValue(name, parts, (value, row) => {
    if (value !== null) values[row] = convert(value);
  });
  return values;
}

/** Visits the values of one column over all parts; a missing number is null when others are text. */
function eachValue(
  name: string,
  parts: readonly ReadColumns[],
  visit: (value: Value | null, row: number) => void,
): void {
  let offset = 0;
  for (const part of parts) {
    const column = part.columns.find((candidate) => candidate.name === name);
    if (column !== undefined) {
      for (let row = 0; row < part.rows; row++) {
        const value = column.values[row] ?? null;
        visit(Number.isNaN(value) ? null : value, offset + row);
      }
    }
    offset += part.rows;
  }
}
