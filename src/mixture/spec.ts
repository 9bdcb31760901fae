import { z } from "zod";
import { notAmong, UserError } from "../errors.ts";
import { type Given, key, mappingOf, number, taking, text } from "../keys.ts";
import type { Target } from "../methods/runs.ts";
import { baselineOf, DEFAULT_STEP, mixtureSpace } from "./space.ts";
import type { MixturePlan } from "./study.ts";

const share = number(0, 1);
const range = z.tuple([share, share]).refine(([low, high]) => low < high, { message: "the wrong way round" });

/** Keys of `mixtures:` in a sweep file. */
export const mixturesKeys = {
  /** With two sources, the one whose share is varied. @default the second */
  source: key(
    text("the name of a source, one of the columns mix.<source>").optional(),
    "with two sources, the one whose share is varied",
    { otherwise: "the second", option: {} },
  ),
  /** Least and largest share of sources: {code: [0, 0.5]}. @default with two sources 0 to 0.5 for the varied one, else 0 to 1 */
  bounds: key(
    taking(
      z.record(z.string(), range),
      "a mapping of sources to [least, largest] share, 0 <= least < largest <= 1",
      { reader: "ranges by name" },
    ).optional(),
    "least and largest share of sources: `{code: [0, 0.5]}`",
    {
      otherwise: "with two sources 0 to 0.5 for the varied one, else 0 to 1",
      option: {
        help: "least and largest share of sources: code=0..0.5  [default: of the second of two 0..0.5, else 0..1]",
        written: "SOURCE=LEAST..LARGEST such as code=0..0.5",
      },
    },
  ),
  /** Distance between the shares that are tried. @default 0.01 */
  step: key(number(0.0001, 0.5).optional(), "distance between the shares that are tried", {
    otherwise: String(DEFAULT_STEP),
    option: {},
  }),
  /** The mixture that gains are relative to: {general: 0.7, code: 0.3}. @default the target's own, else equal shares */
  baseline: key(
    taking(z.record(z.string(), share), "a mapping of sources to shares that sum to 1", {
      reader: "numbers by name",
    }).optional(),
    "the mixture that gains are relative to: `{general: 0.7, code: 0.3}`",
    {
      otherwise: "the target's own, else equal shares",
      option: {
        help: "the mixture that gains are relative to: general=0.7,code=0.3  [default: the target's own, else equal shares]",
        written: "SOURCE=SHARE such as general=0.7,code=0.3",
      },
    },
  ),
  /** Weights of the tasks in the set for which one mixture is found. @default all tasks alike */
  weights: key(
    taking(
      z
        .record(z.string(), z.number().min(0))
        .refine((weights) => Object.values(weights).some((weight) => weight > 0)),
      "a mapping of tasks to numbers >= 0, one of them > 0",
      { reader: "numbers by name" },
    ).optional(),
    "weights of the tasks in the set for which one mixture is found",
    {
      otherwise: "all tasks alike",
      option: {
        help: "weights of the tasks in the set for which one mixture is found: arc=2,race=1  [default: all alike]",
        written: "TASK=WEIGHT such as arc=2,race=1",
      },
    },
  ),
  /** Targets whose sizes are used. @default the first of each size */
  targets: key(
    taking(z.array(z.string().min(1)).min(1), "a list of names of targets").optional(),
    "targets whose sizes are used",
    { otherwise: "the first of each size" },
  ),
};

export const mixturesSchema = mappingOf(mixturesKeys);

/** A search for the best mixture, as a sweep file or a program gives it under `mixtures:`. */
export type MixturesSpec = Given<typeof mixturesKeys>;

export type CheckedMixtures = z.output<typeof mixturesSchema>;

/**
 * What a sweep's search for mixtures looks at.
 *
 * @param sources of the table's mixtures, in its order
 * @param levels of intervals
 * @param where file, for messages
 * @throws UserError for names that are not there and shares that are not a mixture
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
    const target = targets.find((candidate) => candidate.name === name);
    if (target !== undefined) return target;
    const names = targets.map((candidate) => candidate.name);
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
