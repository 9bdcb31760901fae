import { UserError } from "../errors.ts";
import type { Configuration, Need, Stage, TaskData } from "../methods/method.ts";
import { ALL_RUNS, perIndex, type RunIndex } from "../methods/runs.ts";
import { isAccuracy, locate } from "../tables/checkpoint-table.ts";
import { didYouMean } from "../tables/nearest.ts";

/**
 * The tasks of a sweep: those asked for; without a list, every subject with the metrics that at least one
 * configuration needs, on fit runs and on targets.
 *
 * @throws UserError for an unknown task, and where no subject will do
 */
export function chooseTasks(
  index: RunIndex,
  configurations: readonly Configuration[],
  asked: readonly string[] | undefined,
  where: string,
): string[] {
  checkMetrics(index, configurations, where);
  for (const task of asked ?? []) {
    if (index.subjects.includes(task)) continue;
    const { subjects } = index;
    throw new UserError(
      `${where}: unknown task ${JSON.stringify(task)}; allowed: ${subjects.join(", ")}${didYouMean(task, subjects)}`,
    );
  }
  if (asked !== undefined) return [...new Set(asked)];
  const needs = distinctNeeds(configurations);
  const tasks = index.subjects.filter((subject) =>
    needs.some((all) => all.every((need) => isMet(index, subject, need))),
  );
  if (tasks.length > 0) return tasks;
  const wanted = needs.map((all) => all.map(({ metric, on }) => `${metric} on ${PLACES[on]}`).join(" and "));
  throw new UserError(`${where}: no subject of ${index.table.source} has ${wanted.join(", or ")}`);
}

const PLACES: Readonly<Record<Need["on"], string>> = { fit: "a fit run", target: "a target" };

/** Whether the metric has a value for the subject: on a fit run, or on a target at any time. */
function isMet(index: RunIndex, subject: string, { metric, on }: Need): boolean {
  const values = index.table.metrics.get(metric);
  if (values === undefined) return false;
  const places =
    on === "fit"
      ? index.fitRuns(subject).map(({ rows }) => rows)
      : index.targets.flatMap(({ name }) => [
          index.targetRows(subject, name),
          index.phaseRows(subject, name),
        ]);
  return places.some((rows) => rows.some((row) => !Number.isNaN(values[row])));
}

/** Demands that the table has the metrics of at least one configuration. */
function checkMetrics(index: RunIndex, configurations: readonly Configuration[], where: string): void {
  const known = [...index.table.metrics.keys()];
  const missing = distinctNeeds(configurations).map((all) =>
    all.find(({ metric }) => !known.includes(metric)),
  );
  const [first] = missing;
  if (first === undefined || missing.includes(undefined)) return;
  const text = index.table.passedOver?.get(first.metric);
  const has =
    text === undefined
      ? `has no column ${JSON.stringify(first.metric)}`
      : `has no numbers in column ${JSON.stringify(first.metric)} (${text})`;
  throw new UserError(
    `${where}: ${index.table.source} ${has}, a metric that the method needs; ` +
      `the metrics are ${known.join(", ")}${didYouMean(first.metric, known)}`,
  );
}

function distinctNeeds(configurations: readonly Configuration[]): (readonly Need[])[] {
  return [...new Map(configurations.map(({ needs }) => [JSON.stringify(needs), needs])).values()];
}

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
