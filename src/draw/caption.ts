import { countOf } from "../text.ts";
import type { ReportFit } from "./fits.ts";
import { configurationKey, describeConfiguration, type LoadedJob } from "./job.ts";
import { distinct, num, recordsOf, str } from "./records.ts";

/** Most tasks that have a panel in a figure. */
export const MOST_TASKS = 24;

/** Describes fits for a caption: forms, points, starts and the share of starts that agree. */
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

/** An expression on one line; sweep files may break it over several lines. */
export function inOneLine(expression: string): string {
  return expression.trim().replace(/\s+/g, " ");
}

/** Describes the configuration that the figures show. */
export function describeHeadline(job: LoadedJob): string {
  return `Configuration: ${describeConfiguration(job.headline[0] ?? {}, job.axes)}.`;
}

/** Counts the tasks that have no panel, for a caption; empty where all have one. */
export function leftOutTasks(all: number, shown: number): string {
  return all > shown ? ` ${countOf(all - shown, "more task")} not drawn.` : "";
}

/** The range of the finite values in words, `2 to 5`; a question mark where there are none. */
export function rangeOf(values: readonly number[]): string {
  const finite = values.filter((value) => Number.isFinite(value));
  if (finite.length === 0) return "?";
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  return low === high ? String(low) : `${low} to ${high}`;
}

/** The label of a loss, whose unit in the table lawfit does not know. */
export const LOSS_LABEL = "loss (unit of the table)";

/** The quantity that the headline configuration predicts, with its unit. Scores are shares in every sweep. */
export function predictedLabel(job: LoadedJob): string {
  const key = configurationKey(job.headline[0] ?? {}, job.axes);
  const row = recordsOf(job.tables.configurations).find((row) => configurationKey(row, job.axes) === key);
  if (row?.predicts === "error") return "error (1 - score)";
  return row?.predicts === "loss" ? LOSS_LABEL : "score (share)";
}

/** The title of a fit's panel. */
export function fitTitle({ row, task }: ReportFit): string {
  const tasks = str(row, "task").split(", ");
  return str(row, "subject") || (tasks.length > 1 ? `loss that ${tasks.length} tasks share` : task);
}
