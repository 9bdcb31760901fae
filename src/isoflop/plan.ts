import { UserError } from "../errors.ts";
import { noteUse, type RunIndex } from "../methods/runs.ts";
import { isAccuracy } from "../tables/metric-names.ts";
import { didYouMean } from "../tables/nearest.ts";
import type { FilledIsoflop, IsoflopPlan } from "./spec.ts";

/**
 * Chooses the subjects of an analysis. Without a list: the tasks of the sweep and the validation domains that have the metric on
 * a fit run; where there is none of these, every subject that has it.
 *
 * @param tasks of the sweep; none without one
 * @param where file, for messages
 * @throws UserError for a metric or a subject that is not there, and for a metric that is the better the higher it is
 */
export function planIsoflop(
  filled: FilledIsoflop,
  index: RunIndex,
  { tasks = [], seed }: { tasks?: readonly string[]; seed: number },
  where: string,
): IsoflopPlan {
  const { metric, subjects: asked } = filled;
  const { metrics, source } = index.table;
  const known = [...metrics.keys()];
  const values = metrics.get(metric);
  if (values === undefined) {
    throw new UserError(
      `${where}.metric: ${source} has no column ${JSON.stringify(metric)}; allowed: ${known.join(", ")}${didYouMean(metric, known)}`,
    );
  }
  if (isAccuracy(metric)) {
    throw new UserError(
      `${where}.metric: ${metric} is the better the higher it is; allowed: a loss, whose minimum is looked for`,
    );
  }
  const measured = index.subjects.filter((subject) =>
    index.fitRuns(subject).some(({ rows }) => rows.some((row) => !Number.isNaN(values[row]))),
  );
  const unknown = asked?.find((subject) => !measured.includes(subject));
  if (unknown !== undefined) {
    throw new UserError(
      `${where}.subjects: no fit run of ${source} has ${metric} for ${JSON.stringify(unknown)}; allowed: ` +
        `${measured.join(", ")}${didYouMean(unknown, measured)}`,
    );
  }
  if (measured.length === 0) throw new UserError(`${where}.metric: no fit run of ${source} has ${metric}`);
  const preferred = new Set([...tasks, ...index.domains(metric)]);
  const chosen = measured.filter((subject) => preferred.has(subject));
  const subjects = asked ?? (chosen.length > 0 ? chosen : measured);
  for (const subject of subjects) {
    for (const { rows } of index.fitRuns(subject)) noteUse(index, metric, rows);
  }
  return { ...filled, subjects, seed };
}
