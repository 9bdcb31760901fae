import { getOrInsert } from "../collections.ts";
import type { AxisInfo, AxisValue } from "../methods/axis.ts";
import type { Configuration } from "../methods/method.ts";
import type { Cell } from "../plan/plan-sweep.ts";
import { configurationKeys, without } from "../plan/runs-used.ts";
import { relativeError, type ScoredPrediction } from "../plan/score.ts";

/** The error of a prediction whose measured value is known. */
export interface Outcome {
  cell: Cell;
  target: string;
  /** |predicted - actual|, in the unit of the score. */
  absError: number;
  /** |predicted - actual| / |actual|. */
  absRelError: number;
}

/** Relative errors closer than this are a tie: the solver promises predictions to 1e-7. */
export const TIE = 1e-7;

/** The errors of the predictions whose actual value is known and not 0. */
export function outcomesOf(
  predictions: readonly Pick<ScoredPrediction, "cell" | "target" | "predicted" | "actual">[],
): Outcome[] {
  return predictions.flatMap(({ cell, target, predicted, actual }) => {
    const absRelError = Math.abs(relativeError(predicted, actual));
    if (!Number.isFinite(absRelError)) return [];
    return [{ cell, target, absError: Math.abs(predicted - actual), absRelError }];
  });
}

/**
 * Outcomes of one task and target whose cells differ in one axis only: one for each value of the axis, undefined where the sweep
 * has none for that value. At least two are defined.
 */
export type Comparison<Compared extends Outcome = Outcome> = readonly (Compared | undefined)[];

/** An axis with several values in a sweep, and the comparisons of these values. */
export interface ComparedAxis<Compared extends Outcome = Outcome> {
  axis: AxisInfo;
  /** The values in the order of the sweep. */
  values: readonly AxisValue[];
  /** Index of the value with which the others are compared: the default, or else the sweep's first. */
  reference: number;
  comparisons: readonly Comparison<Compared>[];
}

/** Groups outcomes into comparisons for each axis that has more than one value among the cells. */
export function compareAxes<Compared extends Outcome>(
  axes: readonly AxisInfo[],
  cells: readonly Cell[],
  outcomes: readonly Compared[],
): ComparedAxis<Compared>[] {
  const keyOf = configurationKeys(axes);
  const pairs = new Map<string, number>();
  const pairOf = outcomes.map(({ cell: { task }, target }) =>
    getOrInsert(pairs, `${task}\n${target}`, () => pairs.size),
  );
  return axes.flatMap((axis, place) => {
    const values = distinctValues(axis, cells);
    if (values.length < 2) return [];
    const places = new Map(values.map((value, i) => [value, i]));
    // A configuration has many outcomes: which others it is compared with, and as which value, is found once.
    const others = new Map<string, number>();
    const placed = new Map<Configuration, { among: number; value: number }>();
    const groups: (Compared | undefined)[][] = [];
    const groupAt: ((Compared | undefined)[] | undefined)[] = [];
    outcomes.forEach((outcome, o) => {
      const { configuration } = outcome.cell;
      const { among, value } = getOrInsert(placed, configuration, () => ({
        among: getOrInsert(others, without(keyOf(configuration), place), () => others.size),
        value: places.get(configuration.values.get(axis.name)!)!,
      }));
      const at = among * pairs.size + pairOf[o]!;
      let group = groupAt[at];
      if (group === undefined) {
        group = values.map(() => undefined);
        groupAt[at] = group;
        groups.push(group);
      }
      group[value] = outcome;
    });
    const comparisons = groups.filter((group) => present(group).length > 1);
    return [{ axis, values, reference: Math.max(0, values.indexOf(axis.default)), comparisons }];
  });
}

/** The defined outcomes of a comparison. */
export function present<Compared extends Outcome>(comparison: Comparison<Compared>): Compared[] {
  return comparison.filter((outcome) => outcome !== undefined);
}

function distinctValues({ name }: AxisInfo, cells: readonly Cell[]): AxisValue[] {
  return [...new Set(cells.map(({ configuration }) => configuration.values.get(name)!))];
}
