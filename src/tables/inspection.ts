import { countOf, visibleLine } from "../text.ts";
import type { Role } from "./checkpoint-table.ts";
import { formatTable } from "./format.ts";
import type { Column, Table } from "./table.ts";

/** One run: a model trained once. */
export interface RunSummary {
  run: string;
  role: Role;
  family: string | null;
  n: number;
  /** Tokens at the first and the last checkpoint. */
  firstD: number;
  lastD: number;
  /** Numbers of checkpoints of the main series, and of other phases. */
  checkpoints: number;
  phaseCheckpoints: number;
}

/** One metric of one subject, over all rows. */
export interface MetricSummary {
  subject: string;
  metric: string;
  count: number;
  /** Number of rows of the subject without this metric. */
  missing: number;
  min: number;
  max: number;
  /** Numbers of runs to fit and of targets with at least one value. */
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

/** A suspicious property of a valid table. */
export interface Finding {
  /** Kind of finding, in kebab case: `loss-not-positive`. */
  check: string;
  message: string;
  /** Number of rows, runs or series that it concerns. */
  count: number;
}

/** A summary of a checkpoint table, and the findings about it. */
export interface Inspection {
  source: string;
  rows: number;
  runs: RunSummary[];
  metrics: MetricSummary[];
  ranges: InputRange[];
  findings: Finding[];
}

/** An inspection as text for people: runs, metrics of each subject, ranges of the inputs, and findings. */
export function formatInspection(inspection: Inspection): string {
  const { source, rows, runs, metrics, ranges, findings } = inspection;
  const subjects = new Set(metrics.map(({ subject }) => subject)).size;
  const targets = runs.filter(({ role }) => role === "target").length;
  const sections = [
    `${visibleLine(source)}: ${countOf(rows, "row")}, ${countOf(runs.length, "run")} (${runs.length - targets} to fit, ` +
      `${countOf(targets, "target")}), ${countOf(subjects, "subject")}\n`,
    `Runs\n${formatTable(tableOf(runs))}`,
    `Metrics\n${formatTable(tableOf(metrics))}`,
    `Ranges\n${formatTable(tableOf(ranges))}`,
    findings.length === 0
      ? "Nothing looks wrong.\n"
      : `What looks wrong\n${findings.map(({ check, message }) => `  ${check}: ${visibleLine(message)}\n`).join("")}`,
  ];
  return sections.join("\n");
}

/** Records of one shape as a table with one column for each field. */
function tableOf<T extends object>(records: readonly T[]): Table {
  const [first] = records;
  const names = Object.keys(first ?? {}) as (keyof T & string)[];
  const columns = names
    .map((name): Column => {
      // The headers of other tables are words.
      const head = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
      const values = records.map((record) => record[name]);
      if (values.every((value) => typeof value === "number")) {
        return { name: head, type: "float64", values: Float64Array.from(values) };
      }
      return {
        name: head,
        type: "string",
        values: values.map((value) => (value === null ? null : String(value))),
      };
    })
    .filter(({ values }) => values.some((value) => value !== null));
  return { rows: records.length, columns };
}
