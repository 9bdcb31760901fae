import type { ReportFit } from "./fits.ts";
import { configurationKey } from "./headline.ts";
import { recordsOf, str } from "./records.ts";
import type { ReportRun } from "./run.ts";

/** A loss: lawfit does not know the table's unit. */
export const LOSS_LABEL = "loss (unit of the table)";

/** What the headline configuration predicts, with its unit: scores are shares in every sweep. */
export function predictedLabel(run: ReportRun): string {
  const key = configurationKey(run.headline[0] ?? {}, run.axes);
  const own = recordsOf(run.tables.configurations).find((row) => configurationKey(row, run.axes) === key);
  if (own?.predicts === "error") return "error (1 - score)";
  return own?.predicts === "loss" ? LOSS_LABEL : "score (share)";
}

/** What a panel of a fit is called. */
export function fitTitle({ row, task }: ReportFit): string {
  const tasks = str(row, "task").split(", ");
  return str(row, "subject") || (tasks.length > 1 ? `loss that ${tasks.length} tasks share` : task);
}
