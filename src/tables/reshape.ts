import { mapValues } from "../collections.ts";
import type { CheckpointTable } from "./checkpoint-table.ts";

/** A wide table: the columns of a checkpoint table except subject and metrics. */
export type WideRows = Omit<CheckpointTable, "subject" | "metrics">;

/**
 * Turns wide rows (one a checkpoint) into tidy ones (one a checkpoint and subject), row by row. A subject
 * without any metric in a wide row gets no tidy row.
 *
 * @param bySubject subject to metric to values, one a wide row
 */
export function widenToTidy(
  wide: WideRows,
  bySubject: ReadonlyMap<string, ReadonlyMap<string, Float64Array>>,
): CheckpointTable {
  const source: number[] = [];
  const subject: string[] = [];
  for (let row = 0; row < wide.rows; row++) {
    for (const [name, metrics] of bySubject) {
      if (![...metrics.values()].some((values) => !Number.isNaN(values[row]))) continue;
      source.push(row);
      subject.push(name);
    }
  }
  const pick = (values: Float64Array) => Float64Array.from(source, (row) => values[row] as number);
  const pickAny = <T>(values: readonly T[]) => source.map((row) => values[row] as T);
  const origin = wide.origin && {
    files: wide.origin.files,
    sourceRow: Uint32Array.from(source, (row) => wide.origin?.sourceRow?.[row] ?? row),
  };
  return {
    source: wide.source,
    rows: source.length,
    run: pickAny(wide.run),
    role: pickAny(wide.role),
    n: pick(wide.n),
    d: pick(wide.d),
    c: pick(wide.c),
    step: pick(wide.step),
    subject,
    family: pickAny(wide.family),
    phase: pickAny(wide.phase),
    metrics: gatherMetrics(bySubject, source, subject),
    mixes: mapValues(wide.mixes, pick),
    ...(wide.inputs && { inputs: mapValues(wide.inputs, pick) }),
    ...(wide.named && { named: wide.named }),
    ...(origin && { origin }),
  };
}

function gatherMetrics(
  bySubject: ReadonlyMap<string, ReadonlyMap<string, Float64Array>>,
  source: readonly number[],
  subject: readonly string[],
): Map<string, Float64Array> {
  const gathered = new Map<string, Float64Array>();
  const names = new Set(Array.from(bySubject.values(), (metrics) => [...metrics.keys()]).flat());
  for (const name of names) {
    gathered.set(
      name,
      Float64Array.from(
        source,
        (row, i) => bySubject.get(subject[i] as string)?.get(name)?.[row] ?? Number.NaN,
      ),
    );
  }
  return gathered;
}

/**
 * The rows of the tables one below the other. A metric or share that a table lacks is missing on its rows.
 *
 * @param source name of the whole in messages
 */
export function concatenate(tables: readonly CheckpointTable[], source: string): CheckpointTable {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const numbers = (pick: (table: CheckpointTable) => Float64Array | undefined): Float64Array => {
    const values = new Float64Array(rows).fill(Number.NaN);
    let offset = 0;
    for (const table of tables) {
      const part = pick(table);
      if (part !== undefined) values.set(part, offset);
      offset += table.rows;
    }
    return values;
  };
  const byName = (field: "metrics" | "mixes"): Map<string, Float64Array> => {
    const names = new Set(tables.flatMap((table) => [...table[field].keys()]));
    return new Map(Array.from(names, (name) => [name, numbers((table) => table[field].get(name))]));
  };
  return {
    source,
    rows,
    run: tables.flatMap(({ run }) => run),
    role: tables.flatMap(({ role }) => role),
    n: numbers(({ n }) => n),
    d: numbers(({ d }) => d),
    c: numbers(({ c }) => c),
    step: numbers(({ step }) => step),
    subject: tables.flatMap(({ subject }) => subject),
    family: tables.flatMap(({ family }) => family),
    phase: tables.flatMap(({ phase }) => phase),
    metrics: byName("metrics"),
    mixes: byName("mixes"),
    origin: joinOrigins(tables, rows),
  };
}

function joinOrigins(
  tables: readonly CheckpointTable[],
  rows: number,
): NonNullable<CheckpointTable["origin"]> {
  const sourceRow = new Uint32Array(rows);
  const files = tables.flatMap(({ origin, source, rows }) => origin?.files ?? [{ path: source, rows }]);
  let row = 0;
  let offset = 0;
  for (const table of tables) {
    for (let i = 0; i < table.rows; i++) sourceRow[row++] = offset + (table.origin?.sourceRow?.[i] ?? i);
    offset += table.origin?.files.reduce((sum, file) => sum + file.rows, 0) ?? table.rows;
  }
  return { files, sourceRow };
}
