import { getOrInsert } from "../collections.ts";
import { notAmong, UserError } from "../errors.ts";
import type { CheckpointTable } from "../tables/checkpoint-table.ts";
import type { TaskData } from "./method.ts";
import { ALL_RUNS, familyOfRuns, fitFamilies } from "./runs.ts";

/** Value of the axis `family` that means the runs of all families together. */
export const ALL_FAMILIES = "pooled";

/** Value of the axis that means a configuration for each family of the table. */
export const EACH_FAMILY = "each";

/** The family that a value of the axis names; undefined for all of them. */
export const familyNamed = (value: string): string | undefined =>
  value === ALL_FAMILIES ? undefined : value;

/** The predicate on runs that holds for those of a family alone. */
export function ofFamily(family: string, runs: string): string {
  if (family === ALL_FAMILIES) return runs;
  const own = `family = '${family.replaceAll("'", "''")}'`;
  return runs === ALL_RUNS ? own : `(${runs}) AND ${own}`;
}

/**
 * The families that a value of the axis means on a table.
 *
 * @param family undefined for all together
 * @param where file and key, for messages
 * @throws UserError for a family that no fit run has
 */
export function familiesOnTable(
  family: string | undefined,
  table: CheckpointTable,
  where: string,
): { family: string }[] {
  if (family === undefined) return [{ family: ALL_FAMILIES }];
  const families = fitFamilies(table);
  if (family === EACH_FAMILY && families.length > 0) return families.map((name) => ({ family: name }));
  if (families.includes(family)) return [{ family }];
  throw new UserError(
    families.length === 0
      ? `${where}.family: ${family}, but no fit run of ${table.source} has a family; allowed: ${ALL_FAMILIES}, or a table with the ` +
          "column family (columns: {family: COLUMN})"
      : `${where}.family: no fit run has family ${notAmong(family, [ALL_FAMILIES, EACH_FAMILY, ...families])}`,
  );
}

/** What is planned from, by family: kept, as what is planned is kept by it. */
const kept = new WeakMap<TaskData, Map<string, TaskData>>();

/** The data of a task with the targets that a family's fits predict: its own, those of no family, and sizes. */
export function withTargetsOf(family: string | undefined, data: TaskData): TaskData {
  if (family === undefined) return data;
  const ofData = getOrInsert(kept, data, () => new Map<string, TaskData>());
  return getOrInsert(ofData, family, () => {
    const families = familyOfRuns(data.index, undefined);
    const targets = data.targets.filter(({ name }) => (families.get(name) ?? family) === family);
    return { ...data, targets };
  });
}
