import type { Cautions } from "./cautions.ts";
import type { MissingWords } from "./cells.ts";
import type { Guess } from "./guess/guess.ts";
import { describeRow, type Origin } from "./origin.ts";
import { type Column, numberColumn, type Table } from "./table.ts";

export type Role = "fit" | "target";

/**
 * A checkpoint table in memory: tidy, one row per (run, checkpoint, subject), columnar.
 * All arrays have length `rows`; a missing number is NaN.
 */
export interface CheckpointTable {
  /** File or files it was read from, for messages. */
  source: string;
  rows: number;
  /** Rows of the files, where only those are kept that are asked for. @default rows */
  allRows?: number;
  run: string[];
  role: Role[];
  /** Parameters of the model. */
  n: Float64Array;
  /** Tokens seen at this checkpoint. */
  d: Float64Array;
  /** FLOPs at this checkpoint; 6*n*d where the source has none. */
  c: Float64Array;
  step: Float64Array;
  /** Task or validation domain: `mmlu_avg_test`, `c4`. */
  subject: string[];
  family: (string | null)[];
  /**
   * Part of training that a row belongs to, such as `early`, where a run was also evaluated apart from its
   * main series; null for the main series. Rows with a phase are left out of fits and of actual values
   * unless a method uses them.
   */
  phase: (string | null)[];
  /** loss, ce, accuracy, mc_accuracy, ... by metric name. */
  metrics: Map<string, Float64Array>;
  /** Shares of training sources by source name (columns `mix.<source>`). */
  mixes: Map<string, Float64Array>;
  /** Inputs of laws by name, beside parameters, tokens and FLOPs. Absent where no law asks for one. */
  inputs?: ReadonlyMap<string, Float64Array>;
  /** What a table of any columns holds in addition, for method fit. Absent for checkpoint tables. */
  free?: FreeColumns;
  /** Names of the columns of the files, and the parts that some have. Absent for tables made in memory. */
  named?: NamedColumns;
  /** Files and rows behind the rows, for messages. Absent for tables made in memory. */
  origin?: Origin;
  /** Words that were read as missing cells, by column. Absent if there were none. */
  missingWords?: ReadonlyMap<string, MissingWords>;
  /** By column, why it is not taken as a metric although some of its cells are numbers. Absent if there were no such columns. */
  passedOver?: ReadonlyMap<string, string>;
  /** The guess that it was read by, in words too. Absent where the mapping was given or is that of the schema. */
  guessed?: Guess & { text: string };
}

/** The columns of the files behind a table. */
export interface NamedColumns {
  columns: readonly string[];
  /** Columns of parameters, tokens and FLOPs. */
  sizes: ReadonlyMap<string, "n" | "d" | "c">;
}

/** The columns of a table of any columns, by their part in a law. All arrays have length `rows`; a missing number is NaN. */
export interface FreeColumns {
  /** Weight of each row in a fit, or the standard error of its response. */
  weights?: { kind: "weights" | "sigma"; values: Float64Array };
  /** The response of each subject by name. */
  responses: ReadonlyMap<string, string>;
  /** What may not be meant of its rows, in words. */
  cautions?: Cautions | undefined;
}

/** The place of a row (0-based) in words, for messages: `runs.csv, row 3 (line 4)`. */
export function locate(table: CheckpointTable, row: number): string {
  const { origin = { files: [{ path: table.source, rows: table.rows }] } } = table;
  return describeRow(origin, row);
}

/** What identifies a checkpoint of a run: its step, or its tokens where it has no step. Tokens are negated, so that the two never coincide. */
export function checkpointKey({ step, d }: CheckpointTable, row: number): number {
  return Number.isNaN(step[row]) ? -d[row]! : step[row]!;
}

/** FLOPs of a training run of n parameters on d tokens by the usual rule, 6*n*d (Kaplan et al., 2020). */
export function approximateFlops(n: number, d: number): number {
  return 6 * n * d;
}

/**
 * The table with one column a field, in the order of the schema, ready to be written. Columns that hold
 * nothing (no step, no family, no phase) are left out.
 */
export function checkpointTableToTable(table: CheckpointTable): Table {
  const columns: Column[] = [
    { name: "run", type: "string", values: table.run },
    { name: "role", type: "string", values: table.role },
    numberColumn("n", table.n),
    numberColumn("d", table.d),
    { name: "c", type: "float64", values: table.c },
  ];
  if (table.step.some((step) => !Number.isNaN(step))) columns.push(numberColumn("step", table.step));
  columns.push({ name: "subject", type: "string", values: table.subject });
  for (const name of ["family", "phase"] as const) {
    if (table[name].some((value) => value !== null)) {
      columns.push({ name, type: "string", values: table[name] });
    }
  }
  for (const [name, values] of table.metrics) columns.push({ name, type: "float64", values });
  for (const [name, values] of table.mixes) columns.push({ name: `mix.${name}`, type: "float64", values });
  return { rows: table.rows, columns };
}

/** Whether a metric of that name is a loss: above 0, the lower the better. */
export function isLoss(metric: string): boolean {
  return /(^|_)(loss|ce|bpb|cross_entropy)$/i.test(metric);
}

/** Whether a metric of that name is a share of right answers, 0 to 1. */
export function isAccuracy(metric: string): boolean {
  return /(^|_)(accuracy|acc)$/i.test(metric);
}

/** Whether a metric of that name is the chance level of a task: the score of guessing, the same in all its rows. */
export function isChance(metric: string): boolean {
  return metric === "chance";
}
