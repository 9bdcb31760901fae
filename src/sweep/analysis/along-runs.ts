import type { Configuration, Method } from "../../methods/method.ts";
import { ALL_RUNS } from "../../methods/runs.ts";
import { configurationKeys, without } from "./compare-axes.ts";
import type { RunsUsed } from "./runs-used.ts";

/** The axis along which a curve runs: which runs are used. */
const RUNS = "runs";

/** A point of a curve: the runs of its configuration, and what they amount to. */
export interface OnCurve {
  configuration: Configuration;
  used: RunsUsed;
}

/** Whether some of the configurations use other runs than the rest. */
export function varyRuns(configurations: readonly Configuration[]): boolean {
  return new Set(configurations.map(({ values }) => values.get(RUNS))).size > 1;
}

/**
 * Sorts points into curves: those whose configurations differ in the axis `runs` only, the least compute first.
 *
 * @param keyOf tells apart what lies on different curves all the same: task and target
 */
export function alongRuns<Point extends OnCurve>(
  { axes }: Method,
  points: readonly Point[],
  keyOf: (point: Point) => string,
): Point[][] {
  const place = axes.findIndex(({ name }) => name === RUNS);
  const configurationKey = configurationKeys(axes);
  const curves = new Map<string, Point[]>();
  for (const point of points) {
    const key = `${without(configurationKey(point.configuration), place)}\n${keyOf(point)}`;
    const curve = curves.get(key) ?? [];
    curves.set(key, curve);
    curve.push(point);
  }
  return Array.from(curves.values(), (curve) => curve.sort((a, b) => a.used.totalC - b.used.totalC));
}

/** The predicate of a configuration's axis `runs`; all runs of a method without it. */
export function predicateOf({ values }: Configuration): string {
  return String(values.get(RUNS) ?? ALL_RUNS);
}
