import { writeFile } from "node:fs/promises";
import type { Vector } from "apache-arrow";
import type { Column, Table } from "./table.ts";

type Arrow = typeof import("apache-arrow");

/** Writes a table as an Arrow IPC file, not compressed. Missing numbers are null, text is Utf8. */
export async function writeArrowFile(path: string, table: Table): Promise<void> {
  const arrow = await import("apache-arrow");
  const vectors: Record<string, Vector> = {};
  for (const column of table.columns) vectors[column.name] = toVector(arrow, column);
  await writeFile(path, arrow.tableToIPC(new arrow.Table(vectors), "file"));
}

function toVector(arrow: Arrow, column: Column): Vector {
  if (column.type === "string") return arrow.vectorFromArray(column.values, new arrow.Utf8());
  if (column.type === "boolean") return arrow.vectorFromArray(column.values, new arrow.Bool());
  const length = column.values.length;
  if (column.type === "float64") {
    const data = column.values;
    return arrow.makeVector(
      arrow.makeData({ type: new arrow.Float64(), length, data, ...validity(data, Number.isNaN) }),
    );
  }
  const data = BigInt64Array.from(column.values, (value) => BigInt(value ?? 0));
  return arrow.makeVector(
    arrow.makeData({ type: new arrow.Int64(), length, data, ...validity(column.values, (v) => v === null) }),
  );
}

/** Arrow's validity bitmap: bit i is set where value i is there, lowest bit first. */
function validity<T>(
  values: ArrayLike<T>,
  isMissing: (value: T) => boolean,
): { nullCount: number; nullBitmap?: Uint8Array } {
  const nullBitmap = new Uint8Array(Math.ceil(values.length / 8));
  let nullCount = 0;
  for (let i = 0; i < values.length; i++) {
    const byte = i >> 3;
    if (isMissing(values[i] as T)) nullCount++;
    else nullBitmap[byte] = (nullBitmap[byte] ?? 0) | (1 << (i & 7));
  }
  return nullCount === 0 ? { nullCount } : { nullCount, nullBitmap };
}
