import { getOrInsert } from "../collections.ts";
import { mean } from "../statistics.ts";
import type { CheckpointTable } from "../tables/checkpoint-table.ts";
import { formatNumber, percent } from "../text.ts";
import { type Measured, measureTarget, type Quantity } from "./measured.ts";
import type { RunIndex, Target } from "./runs.ts";

/** Share of training that a final window may span without a warning: the law then covered as without one (docs/coverage.md). */
const WIDE = 0.05;

/** A share is met although both sides were rounded. */
const SLACK = 1e-9;

/**
 * The checkpoints whose mean is a run's final value.
 *
 * @param window number of checkpoints, or as many as there are; below 1, the last share of the run's training, and at least its last
 * checkpoint
 */
export function finalPart({ rows, values }: Measured, window: number, { d }: CheckpointTable): Measured {
  if (window >= 1) return { rows: rows.slice(-window), values: values.slice(-window) };
  const least = (1 - window - SLACK) * d[rows.at(-1)!]!;
  const first = rows.findIndex((row) => d[row]! >= least);
  return { rows: rows.slice(first), values: values.slice(first) };
}

/** Of each final window that was read, the share of training that it spans, by run. */
const spansOf = new WeakMap<
  RunIndex,
  Map<number, { fit: Map<string, number>; target: Map<string, number> }>
>();

/** The final part of a run that a regression or a prediction takes; what it spans is noted for `finalWindowWarnings`. */
export function readFinal(index: RunIndex, measured: Measured, window: number): Measured {
  const { table } = index;
  const final = finalPart(measured, window, table);
  const [first, last] = [final.rows[0], final.rows.at(-1)];
  if (first === undefined || last === undefined) return final;
  const windows = getOrInsert(spansOf, index, () => new Map());
  const spans = getOrInsert(windows, window, () => ({ fit: new Map(), target: new Map() }));
  spans[table.role[last]!].set(table.run[last]!, 1 - table.d[first]! / table.d[last]!);
  return final;
}

/** Final value of a target: the mean of its last measured checkpoints; NaN where the table has none. */
export function actualMean(index: RunIndex, quantity: Quantity, target: string, window: number): number {
  return mean(readFinal(index, measureTarget(index, { quantity, target }), window).values);
}

/**
 * A line for each final window that spans much of the runs' training and little of a target's: the runs' final losses are then those of
 * an earlier time than the target's.
 *
 * @param index that the sweep was planned with
 * @param targets that are predicted; one that was not measured is predicted at its end
 */
export function finalWindowWarnings(index: RunIndex, targets: readonly Target[]): string[] {
  return Array.from(spansOf.get(index) ?? []).flatMap(([window, { fit, target }]) => {
    const wide = [...fit].filter(([, span]) => span > WIDE);
    const narrow = targets.filter(({ name }) => !((target.get(name) ?? 0) > WIDE));
    if (wide.length === 0 || narrow.length === 0) return [];
    const [widest, most] = wide.reduce((one, other) => (other[1] > one[1] ? other : one));
    const { name } = narrow[0]!;
    const others = narrow.length > 1 ? ` and ${narrow.length - 1} more` : "";
    const ofTarget = target.has(name)
      ? `${percent(target.get(name)!)} in target ${name}`
      : `the end of target ${name}`;
    const given = window >= 1 ? `final_window ${window}` : `final_share ${formatNumber(window)}`;
    return [
      `${given}: the mean is over more than ${percent(WIDE)} of training in ${wide.length} of ${fit.size} runs (${widest}: ${percent(most)}), and over ` +
        `${ofTarget}${others}: the runs' losses are those of an earlier time, and intervals of the law hold less than they promise ` +
        "(docs/coverage.md); take a smaller share of training, such as final_share: 0.02",
    ];
  });
}
