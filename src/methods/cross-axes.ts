import { UserError } from "../errors.ts";
import { didYouMean } from "../tables/nearest.ts";
import type { Axis, AxisContext, Choice } from "./axis.ts";

/** Axis name to a value or a list of values, unchecked. */
export type GivenAxes = Readonly<Record<string, unknown>>;

/**
 * Assignments of the axes: the cross product of the values given, the last axis varying fastest. An axis
 * that is not given has its default. Of several mappings, the cross products one after the other, each
 * assignment once.
 *
 * @param method name of the method, for messages
 * @throws UserError for an unknown axis, an empty list, a value that is not allowed or stands twice
 */
export function crossAxes<Recipe>(
  method: string,
  axes: readonly Axis<Recipe>[],
  given: GivenAxes | readonly GivenAxes[],
  context: AxisContext,
  where: string,
): Choice<Recipe>[][] {
  if (!isList(given)) return cross(method, axes, given, context, where);
  const union = new Map<string, Choice<Recipe>[]>();
  given.forEach((mapping, i) => {
    for (const choices of cross(method, axes, mapping, context, `${where}.${i}`)) {
      const key = JSON.stringify(choices.map(({ value }) => value));
      if (!union.has(key)) union.set(key, choices);
    }
  });
  return [...union.values()];
}

/** `Array.isArray`, which does not narrow a type that may be a read-only list. */
function isList(given: GivenAxes | readonly GivenAxes[]): given is readonly GivenAxes[] {
  return Array.isArray(given);
}

function cross<Recipe>(
  method: string,
  axes: readonly Axis<Recipe>[],
  given: GivenAxes,
  context: AxisContext,
  where: string,
): Choice<Recipe>[][] {
  const names = axes.map(({ name }) => name);
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue;
    throw new UserError(
      `${where}: unknown axis ${JSON.stringify(name)} of method ${method}; ` +
        `allowed: ${names.join(", ")}${didYouMean(name, names)}`,
    );
  }
  let assignments: Choice<Recipe>[][] = [[]];
  for (const axis of axes) {
    const choices = readChoices(axis, given[axis.name] ?? axis.default, context, `${where}.${axis.name}`);
    assignments = assignments.flatMap((head) => choices.map((choice) => [...head, choice]));
  }
  return assignments;
}

function readChoices<Recipe>(
  axis: Axis<Recipe>,
  given: unknown,
  context: AxisContext,
  where: string,
): Choice<Recipe>[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (list.length === 0) throw new UserError(`${where}: the list is empty; allowed: ${axis.allowed}`);
  const twice = list.find((value, i) => list.indexOf(value) !== i);
  if (twice !== undefined) throw new UserError(`${where}: ${JSON.stringify(twice)} stands there twice`);
  return list.map((value) => axis.choose(value, context, where));
}
