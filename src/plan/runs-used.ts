import { getOrInsert, groupBy } from "../collections.ts";
import type { AxisInfo, AxisValue } from "../methods/axis.ts";
import type { Configuration, Method } from "../methods/method.ts";
import { runColumns } from "../methods/run-columns.ts";
import { ALL_RUNS, type RunIndex } from "../methods/runs.ts";
import { columnOf } from "../tables/table.ts";

/** A summary of the fit runs behind a prediction. */
export interface RunsUsed {
  runs: number;
  /** Parameters, multiple of Chinchilla-optimal data, and FLOPs of the largest run in each; NaN without runs. */
  largestN: number;
  largestXc: number;
  largestC: number;
  /** FLOPs of all runs together. */
  totalC: number;
}

/** Summarises the fit runs for which one of the predicates holds and that were measured on one of the tasks. */
export type SumUpRuns = (predicates: readonly string[], tasks: readonly string[]) => RunsUsed;

/** Makes the function; `index` knows the runs of each predicate of axis `runs`. */
export function runsUsedBy(index: RunIndex): SumUpRuns {
  const facts = runColumns(index.table);
  const [names, n, xc, c] = ["run", "n", "xc", "c"].map((name) => columnOf(facts, name).values);
  const measured = new Map<string, ReadonlySet<string>>();
  const runsOf = (task: string): ReadonlySet<string> =>
    getOrInsert(measured, task, () => new Set(index.fitRuns(task).map(({ run }) => run)));
  const sumUp: SumUpRuns = (predicates, tasks) => {
    const selections = predicates.map((predicate) => index.selected(predicate));
    const used = Array.from(names!, String).flatMap((name, i) =>
      selections.some((selected) => selected.has(name)) && tasks.some((task) => runsOf(task).has(name))
        ? [i]
        : [],
    );
    const flops = used.map((i) => Number(c![i]));
    return {
      runs: used.length,
      largestN: largestOf(used.map((i) => Number(n![i]))),
      largestXc: largestOf(used.map((i) => Number(xc![i]))),
      largestC: largestOf(flops),
      totalC: flops.reduce((sum, value) => sum + value, 0),
    };
  };
  const summedUp = new Map<string, RunsUsed>();
  return (predicates, tasks) => {
    const key = JSON.stringify([predicates, tasks]);
    return getOrInsert(summedUp, key, () => sumUp(predicates, tasks));
  };
}

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
 * @param keyOf key of what else separates curves: task and target
 */
export function alongRuns<Point extends OnCurve>(
  { axes }: Method,
  points: readonly Point[],
  keyOf: (point: Point) => string,
): Point[][] {
  const place = axes.findIndex(({ name }) => name === RUNS);
  const configurationKey = configurationKeys(axes);
  const curves = groupBy(
    points,
    (point) => `${without(configurationKey(point.configuration), place)}\n${keyOf(point)}`,
  );
  return Array.from(curves.values(), (curve) => curve.sort((a, b) => a.used.totalC - b.used.totalC));
}

/** The predicates by which a configuration chooses runs; all runs of a method without any. */
export function predicatesOf({ predicates, values }: Configuration): readonly string[] {
  return predicates.length > 0 ? [...new Set(predicates)] : [String(values.get(RUNS) ?? ALL_RUNS)];
}

/** Largest of some numbers; NaN of none. */
export function largestOf(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : values.reduce((most, value) => Math.max(most, value));
}

/** Keys of configurations, one character for each axis: two keys are equal if the values of all axes are. */
export function configurationKeys(axes: readonly AxisInfo[]): (configuration: Configuration) => string {
  const codes = axes.map(() => new Map<AxisValue, number>());
  const keys = new Map<Configuration, string>();
  return (configuration) =>
    getOrInsert(keys, configuration, () =>
      axes.map(({ name }, a) => characterOf(codes[a]!, configuration.values.get(name)!)).join(""),
    );
}

/** The key of the other axes. */
export function without(key: string, place: number): string {
  return key.slice(0, place) + key.slice(place + 1);
}

function characterOf(codes: Map<AxisValue, number>, value: AxisValue): string {
  return String.fromCharCode(getOrInsert(codes, value, () => codes.size));
}
