import type { Table } from "../tables/table.ts";
import type { Check } from "./check.ts";
import type { BenchRow } from "./score.ts";

/** The rows as a table for people: numbers short enough to compare. */
export function rowsTable(rows: readonly BenchRow[]): Table {
  const text = (name: string, of: (row: BenchRow) => string) =>
    ({ name, type: "string", values: rows.map(of) }) as const;
  const number = (name: string, of: (row: BenchRow) => number) =>
    ({ name, type: "float64", values: Float64Array.from(rows, (row) => significant(of(row))) }) as const;
  return {
    rows: rows.length,
    columns: [
      text("series", (row) => row.series),
      text("program", (row) => row.program),
      number("threads", (row) => row.threads),
      number("starts", (row) => row.starts),
      number("fits/s", (row) => row.fitsPerSecond),
      number("good", (row) => row.goodShare),
      number("good fits/s", (row) => row.goodFitsPerSecond),
      number("iterations", (row) => row.iterations),
      number("points/s", (row) => row.pointsPerSecond),
      number("lawfit/this", (row) => row.lawfitRatio),
    ],
  };
}

/** The checks as a table for people. */
export function checksTable(checks: readonly Check[]): Table {
  const number = (of: (check: Check) => number) =>
    Float64Array.from(checks, (check) => significant(of(check)));
  return {
    rows: checks.length,
    columns: [
      { name: "verdict", type: "string", values: checks.map(({ verdict }) => verdict) },
      { name: "series", type: "string", values: checks.map(({ series }) => series) },
      { name: "measured", type: "float64", values: number(({ measured }) => measured) },
      { name: "required", type: "float64", values: number(({ required }) => required) },
      { name: "requirement", type: "string", values: checks.map(({ requirement }) => requirement) },
    ],
  };
}

/** Three significant digits; whole numbers below a million keep all of theirs. */
function significant(value: number): number {
  if (!Number.isFinite(value)) return value;
  return Math.abs(value) >= 1000 && Math.abs(value) < 1e6 ? Math.round(value) : Number(value.toPrecision(3));
}
