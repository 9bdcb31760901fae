import { UserError } from "../errors.ts";
import { didYouMean } from "../tables/nearest.ts";
import type { Axis, AxisContext, Choice } from "./axis.ts";

/**
 * Every assignment of the axes: the cross product of the values given, the last axis varying fastest. An axis
 * that is not given has its default.
 *
 * @param method name of the method, for messages
 * @param given axis name to a value or a list of values, unchecked
 * @throws UserError for an unknown axis, an empty list, a value that is not allowed or stands twice
 */
export function crossAxes<Recipe>(
  method: string,
  axes: readonly Axis<Recipe>[],
  given: Readonly<Record<string, unknown>>,
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
