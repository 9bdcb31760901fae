import { getHeapStatistics } from "node:v8";
import { didYouMean, UserError, withPrefix } from "../errors.ts";
import type { AxisContext, AxisValue, DesignChoice, DesignChoices } from "./axis.ts";

/** Axis name to a value or a list of values, unchecked. */
export type GivenAxes = Readonly<Record<string, unknown>>;

/** A value for each axis, in the order of the method's axes. */
export type Assignment = ReadonlyMap<string, AxisValue>;

/**
 * Assignments of the axes: the cross product of the given values, the last axis varying fastest. An axis that is not given has
 * its default. Of several mappings, the cross products one after the other, each assignment once.
 *
 * @param method name of the method, for messages
 * @param where file and key, for messages
 * @throws UserError for an unknown axis, an empty list, a value that is not allowed or that is given twice, and, before any
 * assignment is made, for more of them than memory holds
 */
export function crossAxes(
  method: string,
  choices: DesignChoices,
  given: GivenAxes | readonly GivenAxes[],
  context: AxisContext,
  where: string,
): Assignment[] {
  checkCross(Object.keys(choices), isList(given) ? given : [given], where);
  if (!isList(given)) return cross(method, choices, given, context, where);
  const union = new Map<string, Assignment>();
  given.forEach((mapping, i) => {
    for (const assignment of cross(method, choices, mapping, context, `${where}.${i}`)) {
      const key = JSON.stringify([...assignment.values()]);
      if (!union.has(key)) union.set(key, assignment);
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

function checkCross(names: readonly string[], mappings: readonly GivenAxes[], where: string): void {
  const crosses = mappings.map((given) => {
    const counts = names.map((name) => {
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

function cross(
  method: string,
  choices: DesignChoices,
  given: GivenAxes,
  context: AxisContext,
  where: string,
): Assignment[] {
  const names = Object.keys(choices);
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue;
    throw new UserError(
      `${where}: unknown axis ${JSON.stringify(name)} of method ${method}; ` +
        `allowed: ${names.join(", ")}${didYouMean(name, names)}`,
    );
  }
  let rows: AxisValue[][] = [[]];
  for (const [name, choice] of Object.entries(choices)) {
    const values = readValues(choice, given[name] ?? choice.default, context, `${where}.${name}`);
    rows = rows.flatMap((head) => values.map((value) => [...head, value]));
  }
  return rows.map((values) => new Map(names.map((name, i) => [name, values[i]!])));
}

function readValues(choice: DesignChoice, given: unknown, context: AxisContext, where: string): AxisValue[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (list.length === 0) {
    throw new UserError(`${where}: the list is empty; allowed: ${choice.values.allowed}`);
  }
  const seen = new Set<unknown>();
  // Spaces do not tell laws apart.
  const nameOf = (value: unknown): unknown =>
    choice.values.takesForms && typeof value === "string" ? value.replace(/\s+/g, "") : value;
  const repeated = list.find((value) => seen.has(nameOf(value)) || !seen.add(nameOf(value)));
  if (repeated !== undefined) throw new UserError(`${where}: ${JSON.stringify(repeated)} is given twice`);
  return list.map((value) => readValue(choice, value, context, where));
}

function readValue({ values }: DesignChoice, given: unknown, context: AxisContext, where: string): AxisValue {
  const read = withPrefix(where, () => values.read(given, context));
  if ("value" in read) return read.value;
  throw new UserError(`${where}: ${read.problem}; allowed: ${values.allowed}${read.hint ?? ""}`);
}

/** Bytes of a cell, about: 700 planned and 5,500 with its results, measured on ladders of 24 runs and 2 targets. */
const BYTES_OF_CELL = 8_000;

/** Most cells of a sweep: as many as the memory that Node lets this process have will hold. */
export function mostCells(): number {
  return Math.floor(getHeapStatistics().heap_size_limit / BYTES_OF_CELL);
}

/**
 * Demands, before a sweep is made, that it is not larger than memory.
 *
 * @param count cells, or configurations, each of which is a cell at least
 * @param what how they come about, beginning with their number: `9000000 configurations (delta1 3000 x delta2 3000)`
 * @param where file and key, for messages
 * @throws UserError with the number, how it comes about and what is allowed
 */
export function checkCells(count: number, what: string, where: string): void {
  const most = mostCells();
  if (count <= most) return;
  const heap = Math.round(getHeapStatistics().heap_size_limit / 2 ** 20);
  throw new UserError(
    `${where}: ${what}; allowed: at most ${most} cells, which the ${heap} MB of this process will hold ` +
      "(NODE_OPTIONS=--max-old-space-size=MB gives it more)",
  );
}
