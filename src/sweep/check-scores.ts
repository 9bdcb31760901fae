import type { Configuration, Stage, TaskData } from "../methods/method.ts";
import { ALL_RUNS, perIndex } from "../methods/runs.ts";
import { locate } from "../tables/checkpoint-table.ts";
import { isAccuracy } from "../tables/metric-names.ts";

/** Rows of a task with an accuracy that is no share, 0 to 1. */
const rowsOutOfRange = perIndex(
  ({ metric, task }: { metric: string; task: string }) => JSON.stringify([metric, task]),
  ({ table }, { metric, task }) => {
    const found: number[] = [];
    table.metrics.get(metric)?.forEach((value, row) => {
      if ((value < 0 || value > 1) && table.subject[row] === task) found.push(row);
    });
    return found;
  },
);

/**
 * Why a configuration cannot be fitted to a task: links and their extra point take 0 to 1 for granted, and percent would
 * give fits that look like fits.
 *
 * @param configuration one whose plan for the task is made, so that the rows that it uses are noted
 * @returns the first accuracy outside 0 to 1 that it uses; undefined where there is none
 */
export function whyNoShares(
  { needs, predicates }: Configuration,
  { index, task }: Pick<TaskData, "index" | "task">,
): string | undefined {
  const { table, used } = index;
  const selections = (predicates.length > 0 ? predicates : [ALL_RUNS]).map((one) => index.selected(one));
  for (const metric of new Set(needs.map((need) => need.metric))) {
    if (!isAccuracy(metric)) continue;
    const values = table.metrics.get(metric);
    const row = rowsOutOfRange(index, { metric, task }).find(
      (one) =>
        used.get(metric)?.[one] === 1 &&
        (table.role[one] === "target" || selections.some((runs) => runs.has(table.run[one]!))),
    );
    if (row === undefined) continue;
    const value = values![row]!;
    const hint = value > 1 ? "; per cent are converted by scores: percent in the sweep file" : "";
    return (
      `${locate(table, row)}, column ${JSON.stringify(metric)}: ${value}; allowed: a share of right answers, ` +
      `0 to 1${hint}`
    );
  }
  return undefined;
}

/** A stage that is skipped for a reason of its cell. */
export function skippedStage({ name, target, subject }: Stage, reason: string): Stage {
  return {
    name,
    ...(target !== undefined && { target }),
    ...(subject !== undefined && { subject }),
    skipped: { reason },
  };
}
