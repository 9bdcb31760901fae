import { UserError } from "../errors.ts";
import type { Configuration } from "../methods/method.ts";
import type { RunIndex } from "../methods/runs.ts";
import { didYouMean } from "../tables/nearest.ts";

/**
 * The tasks of a sweep: those asked for; without a list, every subject with the metrics that at least one
 * configuration needs.
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
    needs.some((metrics) => metrics.every((metric) => isMeasured(index, subject, metric))),
  );
  if (tasks.length > 0) return tasks;
  const wanted = needs.map((metrics) => metrics.join(" and ")).join(", or ");
  throw new UserError(`${where}: no subject of ${index.table.source} has ${wanted} on its fit runs`);
}

/** Whether a fit run of the subject has a value of the metric. */
function isMeasured(index: RunIndex, subject: string, metric: string): boolean {
  const values = index.table.metrics.get(metric);
  if (values === undefined) return false;
  return index.fitRuns(subject).some(({ rows }) => rows.some((row) => !Number.isNaN(values[row])));
}

/** Demands that the table has the metrics of at least one configuration. */
function checkMetrics(index: RunIndex, configurations: readonly Configuration[], where: string): void {
  const known = [...index.table.metrics.keys()];
  const missing = distinctNeeds(configurations).map((metrics) =>
    metrics.find((metric) => !index.table.metrics.has(metric)),
  );
  const [first] = missing;
  if (first === undefined || missing.includes(undefined)) return;
  throw new UserError(
    `${where}: ${index.table.source} has no column ${JSON.stringify(first)}, a metric that the method needs; ` +
      `the metrics are ${known.join(", ")}${didYouMean(first, known)}`,
  );
}

function distinctNeeds(configurations: readonly Configuration[]): (readonly string[])[] {
  return [...new Map(configurations.map(({ metrics }) => [metrics.join("\n"), metrics])).values()];
}
