import type { CheckpointTable } from "./checkpoint-table.ts";

/**
 * The rows of the tables one below the other. A metric or mix that a table has not is missing on its rows.
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
