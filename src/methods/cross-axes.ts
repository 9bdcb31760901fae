import { didYouMean, UserError } from "../errors.ts";
import type { Axis, AxisContext, Choice } from "./axis.ts";
import { checkCells } from "./cell-limit.ts";

/** Axis name to a value or a list of values, unchecked. */
export type GivenAxes = Readonly<Record<string, unknown>>;

/**
 * Assignments of the axes: the cross product of the values given, the last axis varying fastest. An axis
 * that is not given has its default. Of several mappings, the cross products one after the other, each
 * assignment once.
 *
 * @param method name of the method, for messages
 * @throws UserError for an unknown axis, an empty list, a value that is not allowed or stands twice, and, before any is made, for
 * more assignments than memory holds
 */
export function crossAxes<Recipe>(
  method: string,
  axes: readonly Axis<Recipe>[],
  given: GivenAxes | readonly GivenAxes[],
  context: AxisContext,
  where: string,
): Choice<Recipe>[][] {
  checkCross(axes, isList(given) ? given : [given], where);
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

/** Most crosses that a message spells out. */
const MOST_SHOWN = 3;

function checkCross<Recipe>(
  axes: readonly Axis<Recipe>[],
  mappings: readonly GivenAxes[],
  where: string,
): void {
  const crosses = mappings.map((given) => {
    const counts = axes.map(({ name }) => {
      const values = given[name];
      return { name, values: Array.isArray(values) ? values.length : 1 };
    });
    const crossed = counts.filter(({ values }) => values > 1);
    return {
      text: crossed.map(({ name, values }) => `${name} ${values}`).join(" x ") || "1",
      count: counts.reduce((product, { values }) => product * values, 1),
    };
  });
  const count = crosses.reduce((sum, cross) => sum + cross.count, 0);
  const shown = crosses.slice(0, MOST_SHOWN).map(({ text }) => text);
  const more = crosses.length > MOST_SHOWN ? [`${crosses.length - MOST_SHOWN} more`] : [];
  checkCells(count, `${count} configurations (values of axes: ${[...shown, ...more].join(" + ")})`, where);
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
  const seen = new Set<unknown>();
  const twice = list.find((value) => seen.has(value) || !seen.add(value));
  if (twice !== undefined) throw new UserError(`${where}: ${JSON.stringify(twice)} stands there twice`);
  return list.map((value) => axis.choose(value, context, where));
}
