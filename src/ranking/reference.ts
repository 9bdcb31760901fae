import type { AxisInfo } from "../methods/axis.ts";
import type { Configuration } from "../methods/method.ts";
import type { Cell } from "../plan/plan-sweep.ts";

/** The configuration with the most axes at their defaults; of several, the sweep's first. */
export function referenceConfiguration(
  axes: readonly AxisInfo[],
  cells: readonly Cell[],
): Configuration | undefined {
  const configurations = [...new Set(cells.map(({ configuration }) => configuration))];
  const defaults = ({ values }: Configuration) =>
    axes.filter(({ name, default: value }) => values.get(name) === value).length;
  const most = Math.max(...configurations.map(defaults));
  return configurations.find((configuration) => defaults(configuration) === most);
}
