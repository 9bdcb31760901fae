import { z } from "zod";
import { notAmong, UserError } from "../errors.ts";
import type { Target } from "../methods/runs.ts";
import { baselineOf, mixtureSpace } from "./space.ts";
import type { MixturePlan } from "./study.ts";

/** A search for the best mixture, as a sweep file or a program gives it under `mixtures:`. */
export interface MixturesSpec {
  /** Of two sources, the one whose share is varied. @default the second */
  source?: string | undefined;
  /** Least and largest share of sources. @default of two sources 0 to 0.5 for the varied one, else 0 to 1 */
  bounds?: Record<string, [number, number]> | undefined;
  /** Distance of the shares that are tried. @default 0.01 */
  step?: number | undefined;
  /** The mixture that gains are over. @default the target's own, else equal shares */
  baseline?: Record<string, number> | undefined;
  /** Weights of tasks in the set that one mixture is found for. @default all tasks alike */
  weights?: Record<string, number> | undefined;
  /** Targets whose size is asked for. @default one of each size of the sweep's targets */
  targets?: string[] | undefined;
}

const share = z.number().min(0).max(1);
const range = z.tuple([share, share]).refine(([low, high]) => low < high, { message: "the wrong way round" });

/** Shape of the key `mixtures`. */
export const mixturesSchema = z.strictObject({
  source: z.string().min(1).optional(),
  bounds: z.record(z.string(), range).optional(),
  step: z.number().min(0.0001).max(0.5).optional(),
  baseline: z.record(z.string(), share).optional(),
  weights: z
    .record(z.string(), z.number().min(0))
    .refine((weights) => Object.values(weights).some((weight) => weight > 0))
    .optional(),
  targets: z.array(z.string().min(1)).min(1).optional(),
});

export type CheckedMixtures = z.output<typeof mixturesSchema>;

/** What each key takes, for messages. */
export const mixturesAllowed: Readonly<Record<keyof CheckedMixtures, string>> = {
  source: "the name of a source, one of the columns mix.<source>",
  bounds: "a mapping of sources to [least, largest] share, 0 <= least < largest <= 1",
  step: "a number from 0.0001 to 0.5",
  baseline: "a mapping of sources to shares that sum to 1",
  weights: "a mapping of tasks to numbers >= 0, one of them > 0",
  targets: "a list of names of targets",
};

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
    throw new UserError(`${place}.targets: unknown target ${notAmong(name, names)}`);
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
  throw new UserError(`${where}.weights: unknown task ${notAmong(unknown, tasks)}`);
}
