import type { Role } from "../checkpoint-table.ts";
import type { SourceFile } from "../origin.ts";
import { ImportLog } from "./import-log.ts";

/** What a checkpoint answered to each question of a subject. */
export interface Answers {
  /** What identifies each question, sorted. */
  names: readonly string[];
  /** By the names that files have for them, one value a question; NaN where one is missing. */
  values: ReadonlyMap<string, Float64Array>;
}

/** The metrics of one checkpoint on one subject, as files name them. */
export interface Measurement {
  /** Name of the model or run in the files. */
  model: string;
  /** Branch or folder of the checkpoint; empty where there is none. */
  revision?: string;
  subject: string;
  /** By the names that the files have for them; NaN where one is missing. */
  metrics: Map<string, number>;
  /** Answers to the questions, where they are read and asked for. */
  answers?: Answers | undefined;
  /** What the files themselves say; undefined where they do not. */
  n?: number | undefined;
  d?: number | undefined;
  c?: number | undefined;
  step?: number | undefined;
  role?: Role;
  family?: string | null;
  phase?: string | null;
  /** Shares of training sources. */
  mix?: ReadonlyMap<string, number>;
  /** Row over all files that were read. */
  row: number;
}

/** Measurements in the order in which they were written, later ones last, and the files they come from. */
export class Measurements {
  readonly rows: Measurement[] = [];
  readonly files: SourceFile[] = [];
  readonly log = new ImportLog();
  /** Questions, standard errors and the like that are said of a metric, by the metric's name, keep this ending. */
  static readonly STANDARD_ERROR = "_stderr";
  /** Number of questions that a score is the mean of. */
  static readonly QUESTIONS = "questions";
  /** Bits per byte of the right answers: the loss of a task wherever it is known. */
  static readonly ANSWER_BPB = "answer_bpb";

  #before = 0;

  /** Adds a file. @returns the row (over all files) that is its first */
  addFile(file: SourceFile): number {
    const first = this.#before;
    this.files.push(file);
    this.#before += file.rows;
    return first;
  }

  add(measurement: Measurement): void {
    if (measurement.metrics.size > 0) this.rows.push(measurement);
  }
}

/**
 * A value of a file as a number: numbers and texts of numbers. Undefined for what stands for a missing value (`N/A`, null, NaN) and for
 * anything else, which the log counts.
 *
 * @param place where the value is, for the log: `results_x.json: results.piqa.acc`
 */
export function numberOf(value: unknown, log: ImportLog, place: () => string): number | undefined {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (value === null || value === undefined || value === "" || value === "N/A") return undefined;
  if (typeof value === "string" && /^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/.test(value))
    return Number(value);
  const isMissing = typeof value === "string" && /^(nan|none|null|-?inf(inity)?)$/i.test(value);
  if (isMissing || typeof value === "number") log.drop("value", "NaN, infinite or None", place());
  else log.drop("value", "not a number", `${place()}: ${JSON.stringify(value)?.slice(0, 40)}`);
  return undefined;
}
