import { UserError } from "../errors.ts";
import type { Target } from "../methods/runs.ts";
import { didYouMean } from "../tables/nearest.ts";
import { baselineOf, mixtureSpace } from "./space.ts";
import type { CheckedMixtures } from "./spec.ts";
import type { MixturePlan } from "./study.ts";

/**
 * What a sweep's search for mixtures looks at.
 *
 * @param sources of the table's mixtures, in its order
 * @param levels of intervals
 * @param where file, for messages
 * @throws UserError for names that are not there and shares that are no mixture
 */
export function planMixtures(
  given: CheckedMixtures,
  {
    sources,
    targets,
    tasks,
  }: { sources: readonly string[]; targets: readonly Target[]; tasks: readonly string[] },
  levels: readonly number[],
  where: string,
): MixturePlan {
  const place = `${where}: mixtures`;
  const space = mixtureSpace(given, sources, place);
  if (given.weights !== undefined) checkWeights(given.weights, tasks, place);
  const weights = new Map(
    given.weights === undefined ? tasks.map((task) => [task, 1]) : Object.entries(given.weights),
  );
  const chosen = given.targets === undefined ? firstOfEachSize(targets) : given.targets.map(find);
  const sizes = chosen.map((target) => ({
    target,
    baseline: baselineOf(given.baseline, target, sources, place),
  }));
  return { space, sizes, weights, levels };

  function find(name: string): Target {
    const target = targets.find((one) => one.name === name);
    if (target !== undefined) return target;
    const names = targets.map((one) => one.name);
    throw new UserError(
      `${place}.targets: unknown target ${JSON.stringify(name)}; allowed: ${names.join(", ")}${didYouMean(name, names)}`,
    );
  }
}

/** Targets that differ in their mixture alone have the same best one. */
function firstOfEachSize(targets: readonly Target[]): Target[] {
  return [
    ...new Map(
      targets.toReversed().map((target) => [`${target.n} ${target.d} ${target.c}`, target]),
    ).values(),
  ].reverse();
}

/** @throws UserError for a task with a weight that the sweep has not */
function checkWeights(
  weights: Readonly<Record<string, number>>,
  tasks: readonly string[],
  where: string,
): void {
  const unknown = Object.keys(weights).find((task) => !tasks.includes(task));
  if (unknown === undefined) return;
  throw new UserError(
    `${where}.weights: unknown task ${JSON.stringify(unknown)}; allowed: ${tasks.join(", ")}${didYouMean(unknown, tasks)}`,
  );
}
