import type { CheckpointTable } from "../../src/tables/checkpoint-table.ts";

/** One row of a small table; what is left out has a default. */
export interface SmallRow {
  run?: string;
  role?: "fit" | "target";
  n?: number;
  d?: number;
  c?: number;
  step?: number;
  subject?: string;
  family?: string | null;
  phase?: string | null;
  loss?: number;
  accuracy?: number;
}

/** A checkpoint table of the given rows, with the metrics loss and accuracy. */
export function smallTable(
  rows: readonly SmallRow[],
  change: Partial<CheckpointTable> = {},
): CheckpointTable {
  const numbers = (pick: (row: SmallRow) => number | undefined) =>
    Float64Array.from(rows, (row) => pick(row) ?? Number.NaN);
  const n = Float64Array.from(rows, (row) => row.n ?? 100);
  const d = Float64Array.from(rows, (row) => row.d ?? 1000);
  return {
    source: "small",
    rows: rows.length,
    run: rows.map(({ run }) => run ?? "a"),
    role: rows.map(({ role }) => role ?? "fit"),
    n,
    d,
    c: Float64Array.from(rows, ({ c }, i) => c ?? 6 * (n[i] as number) * (d[i] as number)),
    step: numbers(({ step }) => step),
    subject: rows.map(({ subject }) => subject ?? "c4"),
    family: rows.map(({ family }) => family ?? null),
    phase: rows.map(({ phase }) => phase ?? null),
    metrics: new Map([
      ["loss", numbers(({ loss }) => loss)],
      ["accuracy", numbers(({ accuracy }) => accuracy)],
    ]),
    mixes: new Map(),
    ...change,
  };
}
