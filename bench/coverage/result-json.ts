import { z } from "zod";
import type { CoverageRow, RankRow } from "./coverage-row.ts";
import type { Study, StudyResult } from "./run-study.ts";

/** Records as lists of values under their names, numbers to six digits: a third of the size. */
interface Columns {
  columns: string[];
  rows: (string | number | number[] | null)[][];
}

/** What was studied, and the result. */
export interface StudyFile {
  replications: number;
  resamples: number;
  freshStarts: number;
  level: number;
  seed: number;
  coverage: Columns;
  ranks: Columns;
}

export function studyFile(
  { replications, resamples, freshStarts, level, seed }: Study,
  { rows, ranks }: StudyResult,
): StudyFile {
  const settings = { replications, resamples, freshStarts, level, seed };
  return { ...settings, coverage: inColumns(rows), ranks: inColumns(ranks) };
}

function inColumns(records: readonly (CoverageRow | RankRow)[]): Columns {
  const columns = Object.keys(records[0] ?? {});
  return { columns, rows: records.map((record) => Object.values(record).map(short)) };
}

function short(value: string | number | number[]): string | number | number[] | null {
  if (typeof value !== "number") return value;
  return Number.isFinite(value) ? Number(value.toPrecision(6)) : null;
}

/** The file's text, a row a line. */
export function studyJson(file: StudyFile): string {
  const lines = ({ columns, rows }: Columns): string =>
    `{"columns": ${JSON.stringify(columns)}, "rows": [\n${rows.map((row) => JSON.stringify(row)).join(",\n")}\n]}`;
  const { coverage, ranks, ...settings } = file;
  const head = Object.entries(settings).map(([key, value]) => `"${key}": ${JSON.stringify(value)}`);
  return `{${[...head, `"coverage": ${lines(coverage)}`, `"ranks": ${lines(ranks)}`].join(",\n")}}\n`;
}

const share = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);
const count = z.int().min(0);
const rowSchema = z.object({
  runs: count,
  autocorrelation: z.number(),
  scenario: z.string(),
  loss1: z.enum(["huber", "squared"]),
  quantity: z.enum(["predicted", "feature", "link"]),
  target: z.string(),
  scheme: z.string(),
  interval: z.string(),
  level: z.number(),
  trials: count,
  skipped: count,
  hits: count,
  missesLeft: count,
  missesRight: count,
  coverage: share,
  coverageLow: share,
  coverageHigh: share,
  meanWidth: share,
  meanScore: share,
});
const fileSchema = z.object({
  coverage: z.object({ columns: z.array(z.string()), rows: z.array(z.array(z.unknown())) }),
});

/**
 * The coverage rows in a file's text; numbers have six digits, and what was not finite is NaN.
 * @throws ZodError where the text holds something else
 */
export function readCoverageRows(text: string): CoverageRow[] {
  const { columns, rows } = fileSchema.parse(JSON.parse(text)).coverage;
  return rows.map((values) =>
    rowSchema.parse(Object.fromEntries(columns.map((column, i) => [column, values[i]]))),
  );
}
