import type { CheckpointTable } from "../../src/tables/checkpoint-table.ts";

/** One row of a table made by hand. */
export interface Row {
  run: string;
  role?: "fit" | "target";
  n?: number;
  d: number;
  c?: number;
  subject?: string;
  phase?: string | null;
  family?: string | null;
  metrics: Record<string, number>;
  /** Shares of the sources of the training data; unknown where it is not given. */
  mix?: Record<string, number>;
}

/** A checkpoint table of rows made by hand; n is 100 where it is not given, the subject `t`. */
export function tableOfRows(rows: readonly Row[]): CheckpointTable {
  const names = [...new Set(rows.flatMap(({ metrics }) => Object.keys(metrics)))];
  const sources = [...new Set(rows.flatMap(({ mix = {} }) => Object.keys(mix)))];
  const numbers = (pick: (row: Row) => number) => Float64Array.from(rows, pick);
  const size = (row: Row) => row.n ?? 100;
  return {
    source: "made by hand",
    rows: rows.length,
    run: rows.map(({ run }) => run),
    role: rows.map(({ role = "fit" }) => role),
    n: numbers(size),
    d: numbers(({ d }) => d),
    c: numbers((row) => row.c ?? 6 * size(row) * row.d),
    step: numbers(({ d }) => d),
    subject: rows.map(({ subject = "t" }) => subject),
    family: rows.map(({ family = null }) => family),
    phase: rows.map(({ phase = null }) => phase),
    metrics: new Map(names.map((name) => [name, numbers(({ metrics }) => metrics[name] ?? Number.NaN)])),
    mixes: new Map(sources.map((source) => [source, numbers(({ mix }) => mix?.[source] ?? Number.NaN)])),
  };
}

/** True parameters of `smallLadder`: a, b, alpha, beta, E of chinchilla; a, L0, k, b of the sigmoid. */
export const TRUE_LAW = [3, 4, 0.2, 0.22, 0.4] as const;
export const TRUE_LINK = [-0.7, 0.9, 5, 1] as const;

export function trueLoss(n: number, d: number): number {
  const [a, b, alpha, beta, e] = TRUE_LAW;
  return Math.exp(a - alpha * Math.log(n)) + Math.exp(b - beta * Math.log(d)) + e;
}

export function trueAccuracy(loss: number): number {
  const [a, l0, k, b] = TRUE_LINK;
  return a / (1 + Math.exp(-k * (loss - l0))) + b;
}

/** Rows of 9 fit runs and one target that follow the laws exactly, 12 checkpoints a run, for each subject. */
export function smallLadder(subjects: readonly string[] = ["t"]): Row[] {
  const sizes = [2e8, 4e8, 1.3e9];
  const runs = sizes.flatMap((n) => [1, 3, 10].map((multiple) => ({ n, d: 20 * n * multiple })));
  const row = (run: string, n: number, d: number): Row[] =>
    subjects.map((subject) => {
      const loss = trueLoss(n, d);
      return { run, n, d, subject, metrics: { loss, accuracy: trueAccuracy(loss) } };
    });
  const fit = runs.flatMap(({ n, d }) =>
    Array.from({ length: 12 }, (_, i) => row(`${n}-${d}`, n, (d * (i + 1)) / 12)).flat(),
  );
  const target = row("big", 7e9, 4e12).map((checkpoint) => ({ ...checkpoint, role: "target" as const }));
  return [...fit, ...target];
}
