import { countOf } from "../text.ts";
import type { ReportFit } from "./fits.ts";
import type { LoadedJob } from "./job.ts";
import { configurationKey, describeConfiguration } from "./job.ts";
import { distinct, num, recordsOf, str } from "./records.ts";

/** Tasks that a figure has panels for, at most. */
export const MOST_TASKS = 24;

/** What a caption says of fits: forms, points, starts and how many agree. */
export function describeFits(fits: readonly ReportFit[]): string {
  const forms = distinct(fits.map(({ form }) => `${form.name}: ${inOneLine(form.record.expression)}`));
  const points = rangeOf(fits.map(({ points: ofFit }) => ofFit.length));
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
export function describeHeadline(job: LoadedJob): string {
  return `Configuration: ${describeConfiguration(job.headline[0] ?? {}, job.axes)}.`;
}

/** What a caption says of tasks that have no panel. */
export function leftOutTasks(all: number, shown: number): string {
  return all > shown ? ` ${countOf(all - shown, "more task")} not drawn.` : "";
}

function rangeOf(values: readonly number[]): string {
  const finite = values.filter((value) => Number.isFinite(value));
  if (finite.length === 0) return "?";
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  return low === high ? String(low) : `${low} to ${high}`;
}

/** A loss: lawfit does not know the table's unit. */
export const LOSS_LABEL = "loss (unit of the table)";

/** What the headline configuration predicts, with its unit: scores are shares in every sweep. */
export function predictedLabel(job: LoadedJob): string {
  const key = configurationKey(job.headline[0] ?? {}, job.axes);
  const row = recordsOf(job.tables.configurations).find((row) => configurationKey(row, job.axes) === key);
  if (row?.predicts === "error") return "error (1 - score)";
  return row?.predicts === "loss" ? LOSS_LABEL : "score (share)";
}

/** What a panel of a fit is called. */
export function fitTitle({ row, task }: ReportFit): string {
  const tasks = str(row, "task").split(", ");
  return str(row, "subject") || (tasks.length > 1 ? `loss that ${tasks.length} tasks share` : task);
}
