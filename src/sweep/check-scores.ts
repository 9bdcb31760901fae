import { UserError } from "../errors.ts";
import type { Configuration } from "../methods/method.ts";
import { type CheckpointTable, locate } from "../tables/checkpoint-table.ts";
import { isAccuracy } from "../tables/metric-names.ts";

/**
 * Demands that the accuracies of the tasks are shares: links and their extra point take 0 to 1 for granted, and
 * percent would give fits that look like fits.
 *
 * @throws UserError for the first accuracy outside 0 to 1 that a configuration needs
 */
export function checkScores(
  table: CheckpointTable,
  tasks: readonly string[],
  configurations: readonly Configuration[],
): void {
  const needed = new Set(configurations.flatMap(({ needs }) => needs.map(({ metric }) => metric)));
  const asked = new Set(tasks);
  for (const [metric, values] of table.metrics) {
    if (!needed.has(metric) || !isAccuracy(metric)) continue;
    const row = values.findIndex((value, i) => (value < 0 || value > 1) && asked.has(table.subject[i]!));
    if (row < 0) continue;
    const hint = values[row]! > 1 ? "; per cent are converted by scores: percent in the sweep file" : "";
    throw new UserError(
      `${locate(table, row)}, column ${JSON.stringify(metric)}: ${values[row]}; allowed: a share of right answers, ` +
        `0 to 1${hint}`,
    );
  }
}
