import type { Role } from "./checkpoint-table.ts";

/** One run: a model trained once. */
export interface RunSummary {
  run: string;
  role: Role;
  family: string | null;
  n: number;
  /** Tokens at the first and the last checkpoint. */
  firstD: number;
  lastD: number;
  /** Checkpoints of the main series, and of phases apart from it. */
  checkpoints: number;
  phaseCheckpoints: number;
}

/** One metric of one subject, over all rows. */
export interface MetricSummary {
  subject: string;
  metric: string;
  count: number;
  /** Rows of the subject without this metric. */
  missing: number;
  min: number;
  max: number;
  /** Runs to fit and targets that have at least one value. */
  fitRuns: number;
  targets: number;
}

/** Range of one of the inputs. */
export interface InputRange {
  column: string;
  min: number;
  max: number;
  missing: number;
}

/** Something that looks wrong, though the table is valid. */
export interface Finding {
  /** Kind of finding, in kebab case: `loss-not-positive`. */
  check: string;
  message: string;
  /** How many rows, runs or series it is about. */
  count: number;
}

/** What a checkpoint table holds, and what looks wrong in it. */
export interface Inspection {
  source: string;
  rows: number;
  runs: RunSummary[];
  metrics: MetricSummary[];
  ranges: InputRange[];
  findings: Finding[];
}
