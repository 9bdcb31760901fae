import { configurationKey } from "./headline.ts";
import { recordsOf } from "./records.ts";
import type { ReportRun } from "./run.ts";

/** A loss: lawfit does not know the table's unit. */
export const LOSS_LABEL = "loss (unit of the table)";

/** What the headline configuration predicts, with its unit: scores are shares in every sweep. */
export function predictedLabel(run: ReportRun): string {
  const key = configurationKey(run.headline[0] ?? {}, run.axes);
  const own = recordsOf(run.tables.configurations).find((row) => configurationKey(row, run.axes) === key);
  return own?.predicts === "loss" ? LOSS_LABEL : "score (share)";
}
