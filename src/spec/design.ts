import { notAmong, UserError } from "../errors.ts";
import type { AxisInfo, AxisValue } from "../methods/axis.ts";
import { getMethod } from "../registry.ts";
import { withPreset } from "./resolve.ts";
import type { AxesInput, CheckedSpec } from "./spec.ts";

/** How the design choices of a sweep are put together. */
export const DESIGNS = ["one-at-a-time", "crossed", "as-given"] as const;
export type Design = (typeof DESIGNS)[number];

/**
 * The sweep with its design choices put together otherwise. One at a time: for each axis that a mapping has a list for, a mapping with
 * that list alone beside the single values, and the first values of the other lists; the axis's default is among the values. A mapping
 * of single values alone is taken apart, each a choice of its own. Crossed: all values of the named axes.
 *
 * @param only axes to vary; all that the sweep varies by default
 * @param where the sweep, for messages
 * @throws UserError for an axis that the sweep does not vary, and for a cross of axes that are not named
 */
export function designed(
  given: CheckedSpec,
  { design, only }: { design: Design; only: readonly string[] | undefined },
  where: string,
): CheckedSpec {
  const spec = withPreset(given, where);
  if (spec.method === undefined) return spec;
  const { axes: known } = getMethod(spec.method, `${where}: method`);
  const mappings = [spec.axes ?? {}].flat();
  const varied = variedAxes(mappings, known);
  for (const name of only ?? []) {
    if (varied.has(name)) continue;
    throw new UserError(
      `--axis: ${where} gives no second value of axis ${notAmong(name, [...varied.keys()])}`,
    );
  }
  if (design === "as-given") {
    if (only === undefined) return spec;
    throw new UserError(`--axis: does not go with --design as-given; allowed: one-at-a-time, crossed`);
  }
  if (design === "one-at-a-time") {
    const alone = mappings.flatMap((mapping) => oneAtATime(mapping, known));
    const kept = alone.filter(({ axis }) => only === undefined || only.includes(axis));
    return { ...spec, axes: kept.length === 0 ? {} : kept.map(({ mapping }) => mapping) };
  }
  if (only !== undefined && only.length > 1) {
    return { ...spec, axes: Object.fromEntries(only.map((name) => [name, [...varied.get(name)!]])) };
  }
  throw new UserError(
    `--design crossed: --axis names the axes to cross, two or more; allowed: ${[...varied.keys()].join(", ")}`,
  );
}

/** The values of each axis with several, its default first where there is one. */
function variedAxes(
  mappings: readonly AxesInput[],
  known: readonly AxisInfo[],
): ReadonlyMap<string, ReadonlySet<AxisValue>> {
  const all = known.map(({ name, default: usual }) => {
    const values = mappings.flatMap((mapping) => mapping[name] ?? []);
    return [name, new Set([usual, ...values])] as const;
  });
  return new Map(all.filter(([, values]) => values.size > 1));
}

function oneAtATime(mapping: AxesInput, known: readonly AxisInfo[]): { axis: string; mapping: AxesInput }[] {
  const usualOf = (name: string) => known.find((axis) => axis.name === name)?.default;
  const entries = Object.entries(mapping);
  const lists = entries.filter(([, values]) => Array.isArray(values));
  const context = Object.fromEntries(
    lists.length === 0
      ? []
      : entries.map(([name, values]) => [name, Array.isArray(values) ? values[0]! : values]),
  );
  const varied = lists.length === 0 ? entries : lists;
  return varied.flatMap(([name, given]) => {
    const usual = usualOf(name);
    const values = [...new Set([...(usual === undefined ? [] : [usual]), ...[given].flat()])];
    return values.length < 2 ? [] : [{ axis: name, mapping: { ...context, [name]: values } }];
  });
}
