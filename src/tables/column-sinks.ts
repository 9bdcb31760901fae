import type { DuckDBVector } from "@duckdb/node-api";
import type { Column } from "./table.ts";

/** Collects the values of one column from DuckDB's vectors. */
export interface ColumnSink {
  name: string;
  /** First row (0-based) with a NaN that is a value and not a missing cell. */
  literalNaN: number | undefined;
  append(vector: DuckDBVector, offset: number, count: number): void;
  finish(rows: number): Column;
}

/** A sink for a column that is selected as BOOLEAN, VARCHAR or ENUM (string), or DOUBLE (int64, float64). */
export function columnSink(name: string, type: Column["type"]): ColumnSink {
  if (type === "boolean") {
    const values: (boolean | null)[] = [];
    return {
      name,
      literalNaN: undefined,
      append(vector, _offset, count) {
        for (let i = 0; i < count; i++) values.push(vector.getItem(i) as boolean | null);
      },
      finish: () => ({ name, type, values }),
    };
  }
  return type === "string" ? textSink(name) : numberSink(name, type);
}

function textSink(name: string): ColumnSink {
  const values: (string | null)[] = [];
  // Names repeat down a column: keep one string of each.
  const seen = new Map<string, string>();
  return {
    name,
    literalNaN: undefined,
    append(vector, _offset, count) {
      for (let i = 0; i < count; i++) {
        const value = vector.getItem(i) as string | null;
        if (value === null) {
          values.push(null);
          continue;
        }
        const kept = seen.get(value) ?? value;
        if (kept === value && seen.size < 10_000) seen.set(value, value);
        values.push(kept);
      }
    },
    finish: () => ({ name, type: "string", values }),
  };
}

function numberSink(name: string, type: "int64" | "float64"): ColumnSink {
  let values = new Float64Array(2048);
  const sink: ColumnSink = {
    name,
    literalNaN: undefined,
    append(vector, offset, count) {
      if (offset + count > values.length) {
        const grown = new Float64Array(Math.max(offset + count, 2 * values.length));
        grown.set(values);
        values = grown;
      }
      for (let i = 0; i < count; i++) {
        const value = vector.getItem(i) as number | null;
        if (value === null) values[offset + i] = Number.NaN;
        else {
          values[offset + i] = value;
          if (Number.isNaN(value)) sink.literalNaN ??= offset + i;
        }
      }
    },
    finish: (rows) => finishNumbers(name, type, values.slice(0, rows)),
  };
  return sink;
}

/** An integer column that holds integers beyond 2^53 becomes float64: its values are rounded. */
export function finishNumbers(name: string, type: "int64" | "float64", values: Float64Array): Column {
  if (type === "float64" || values.some((value) => Math.abs(value) > Number.MAX_SAFE_INTEGER)) {
    return { name, type: "float64", values };
  }
  return { name, type, values: Array.from(values, (value) => (Number.isNaN(value) ? null : value)) };
}
