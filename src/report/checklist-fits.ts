import { groupBy } from "../group-by.ts";
import { countOf } from "../tables/format.ts";
import { inOneLine } from "./caption.ts";
import { percent } from "./draw/numbers.ts";
import { distinct, num, type Row, recordsOf, str } from "./records.ts";
import { shortNumber } from "./round.ts";
import type { ReportRun } from "./run.ts";

/** What stands for what the run directory does not tell. */
export const NOT_KNOWN = "not in the run directory";

/** Parameters of a fit that are named; a network has more than anybody reads. */
const MOST_PARAMETERS = 8;

/** Rows of `fits` that the headline cells use. */
export function headlineFits(run: ReportRun): Row[] {
  const problems = new Set(
    run.headline.flatMap((cell) =>
      Object.entries(cell).flatMap(([name, value]) =>
        name.startsWith("problem_") ? String(value ?? "").split(", ") : [],
      ),
    ),
  );
  return recordsOf(run.tables.fits).filter((row) => problems.has(str(row, "problem")));
}

/** Form of each stage, with its source. */
export function formsOf(run: ReportRun, fits: readonly Row[]): string {
  const stages = distinct(fits.map((row) => JSON.stringify([str(row, "stage"), str(row, "form")])));
  const lines = stages.map((key) => {
    const [stage, name] = JSON.parse(key) as [string, string];
    const record = run.form(name)?.record;
    return `${stage}: ${name}${record === undefined ? "" : `, ${inOneLine(record.expression)} (${inOneLine(record.source)})`}`;
  });
  return lines.join("; ") || NOT_KNOWN;
}

/** Fitted parameters, of small forms. */
export function parametersOf(run: ReportRun, fits: readonly Row[]): string {
  const own = new Set(fits.map((row) => str(row, "problem")));
  const rows = recordsOf(run.tables.parameters).filter((row) => own.has(str(row, "problem")));
  if (rows.length === 0) return NOT_KNOWN;
  const groups = groupBy(rows, (row) => `${str(row, "stage")} of ${str(row, "subject") || str(row, "task")}`);
  const lines = Array.from(groups, ([name, parameters]) => {
    if (parameters.length > MOST_PARAMETERS)
      return `${name}: ${parameters.length} parameters in table parameters`;
    return `${name}: ${parameters.map((row) => `${str(row, "parameter")} ${shortNumber(num(row, "value"))}`).join(", ")}`;
  });
  const most = 12;
  return `${lines.slice(0, most).join("; ")}${lines.length > most ? `; ${lines.length - most} more fits in table parameters` : ""}`;
}

/** Points of a fit, by stage. */
export function pointsOf(fits: readonly Row[]): string {
  const groups = groupBy(fits, (row) => str(row, "stage"));
  return (
    Array.from(groups, ([stage, rows]) => `${stage}: ${rangeOf(rows, "points")} a fit`).join("; ") ||
    NOT_KNOWN
  );
}

/** Loss of one fit. */
export function lossOf(row: Row): string {
  if (row.loss === undefined) return NOT_KNOWN;
  return `${str(row, "loss")}, of ${str(row, "residual") === "log" ? "logarithms" : "values"}`;
}

/** What solved, and how it ended. */
export function optimiserOf(run: ReportRun, fits: readonly Row[]): string {
  const ends = groupBy(fits, (row) => str(row, "termination"));
  const told = Array.from(ends, ([end, rows]) => `${end} ${rows.length}`).join(", ");
  const trained = fits.some((row) => row.termination === "trained") ? "; networks by Adam" : "";
  return (
    `bounded Levenberg-Marquardt, float64, many starts (docs/solver.md)${trained}; ended by: ${told || NOT_KNOWN}; ` +
    `largest scaled gradient ${shortNumber(Math.max(...fits.map((row) => num(row, "gradient_norm"))), 2) || "?"}; ` +
    `${countOf(run.manifest.counts?.problems ?? 0, "problem")} in ${shortNumber(run.manifest.seconds?.solve ?? Number.NaN, 3)} s`
  );
}

/** Starts, and how many of them agree. */
export function startsOf(fits: readonly Row[]): string {
  if (fits.length === 0) return NOT_KNOWN;
  const agree = fits.map((row) => num(row, "start_agreement")).toSorted((a, b) => a - b);
  return (
    `${rangeOf(fits, "starts")} random starts a fit; share in the best basin: smallest ${percent(agree[0]!, 3)}, ` +
    `median ${percent(agree[Math.floor(agree.length / 2)]!, 3)}`
  );
}

/** Fits that have something in a column, counted by what it is. */
export function listed(fits: readonly Row[], column: string): string {
  const rows = fits.filter((row) => str(row, column) !== "");
  if (fits.length === 0) return NOT_KNOWN;
  if (rows.length === 0) return `none of ${countOf(fits.length, "fit")}`;
  const groups = [...groupBy(rows, (row) => `${str(row, "stage")} ${str(row, column)}`)];
  return `${rows.length} of ${countOf(fits.length, "fit")}: ${groups.map(([what, own]) => `${what} (${own.length})`).join("; ")}`;
}

/** How well the fits meet their points. */
export function goodnessOf(fits: readonly Row[]): string {
  const groups = groupBy(fits, (row) => str(row, "stage"));
  return (
    Array.from(groups, ([stage, rows]) => {
      const errors = rows.map((row) => num(row, "mean_abs_rel_error")).filter(Number.isFinite);
      const fit = rows.map((row) => num(row, "r_squared")).filter(Number.isFinite);
      const error =
        errors.length === 0 ? "?" : percent(errors.reduce((sum, one) => sum + one, 0) / errors.length);
      return `${stage}: mean relative error ${error}, smallest R² ${fit.length === 0 ? "?" : Math.min(...fit).toFixed(3)}`;
    }).join("; ") || NOT_KNOWN
  );
}

function rangeOf(rows: readonly Row[], column: string): string {
  const values = rows.map((row) => num(row, column)).filter(Number.isFinite);
  if (values.length === 0) return "?";
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low === high ? String(low) : `${low} to ${high}`;
}
