import { countOf } from "../tables/format.ts";
import type { ReportFit } from "./fits.ts";
import { describeConfiguration } from "./headline.ts";
import { distinct, num, str } from "./records.ts";
import type { ReportRun } from "./run.ts";

/** Tasks that a figure has panels for, at most. */
export const MOST_TASKS = 24;

/** What a caption says of fits: forms, points, starts and how many agree. */
export function describeFits(fits: readonly ReportFit[]): string {
  const forms = distinct(fits.map(({ form }) => `${form.name}: ${inOneLine(form.record.expression)}`));
  const points = rangeOf(fits.map(({ points: own }) => own.length));
  const starts = rangeOf(fits.map(({ row }) => num(row, "starts")));
  const agree = Math.min(...fits.map(({ row }) => num(row, "start_agreement")));
  const residuals = distinct(
    fits.map(
      ({ row }) => `${str(row, "loss")} loss of ${str(row, "residual") === "log" ? "logarithms" : "values"}`,
    ),
  );
  const agreement = Number.isFinite(agree) ? `, of which at least ${Math.round(100 * agree)} % agree` : "";
  return `Form ${forms.join("; ")}. ${points} points a fit, ${residuals.join(", ")}, ${starts} starts${agreement}.`;
}

/** An expression of several lines of a sweep file, in one. */
export function inOneLine(expression: string): string {
  return expression.trim().replace(/\s+/g, " ");
}

/** What is shown of the sweep. */
export function describeHeadline(run: ReportRun): string {
  return `Configuration: ${describeConfiguration(run.headline[0] ?? {}, run.axes)}.`;
}

/** What a caption says of tasks that have no panel. */
export function leftOutTasks(all: number, shown: number): string {
  return all > shown ? ` ${countOf(all - shown, "more task")} not drawn.` : "";
}

function rangeOf(values: readonly number[]): string {
  const known = values.filter((value) => Number.isFinite(value));
  if (known.length === 0) return "?";
  const [low, high] = [Math.min(...known), Math.max(...known)];
  return low === high ? String(low) : `${low} to ${high}`;
}
