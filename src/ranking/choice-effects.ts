import { groupBy } from "../collections.ts";
import type { Verdict } from "../identifiability/determined.ts";
import { studentQuantile } from "../intervals/distributions.ts";
import type { AxisInfo, AxisValue } from "../methods/axis.ts";
import type { Cell } from "../plan/plan-sweep.ts";
import { isDetermined, type ScoredPrediction } from "../plan/score.ts";
import { meanOf, sum } from "../statistics.ts";
import { type ComparedAxis, compareAxes, type Outcome, outcomesOf, TIE } from "./compare-axes.ts";

/** The error of a prediction of a run that was held out. */
export interface HeldOut extends Outcome {
  /** The run that is predicted; `target` is that and the cut, as predictions are paired within both. */
  run: string;
  /** Size of the largest run fitted; infinite where all were. */
  cut: number;
  /** Whether the runs up to the cut determine the prediction. */
  determined: boolean;
  /** What was measured. */
  actual: number;
}

/**
 * A prediction as the outcome of a held-out run; none where the actual value is not known, or 0.
 *
 * @param cut size of the largest run fitted; infinite where all were
 */
export function heldOut(
  prediction: Pick<ScoredPrediction, "cell" | "target" | "predicted" | "actual"> & {
    verdict?: Verdict | undefined;
  },
  cut: number,
): HeldOut[] {
  const { target: run } = prediction;
  const determined = isDetermined(prediction);
  return outcomesOf([{ ...prediction, target: `${cut}\n${run}` }]).map((outcome) => ({
    ...outcome,
    ...{ run, cut, determined, actual: prediction.actual },
  }));
}

/** What the held-out runs say of a value of an axis beside the axis's reference. */
export type ChoiceVerdict =
  | "better"
  | "worse"
  | "mixed"
  | "within noise"
  | "idle"
  | "too few"
  | "nothing to compare";

/** The paired difference that one value of an axis makes to the errors of held-out runs. */
export interface ChoiceEffect {
  axis: string;
  value: AxisValue;
  reference: AxisValue;
  /** Place of the axis by `surely` and then by t, from 1; undefined where nothing is compared or the axis changes nothing. */
  rank: number | undefined;
  /** Pairs of predictions that differ in the axis alone, and of how many tasks, held-out runs and cuts they are. */
  pairs: number;
  tasks: number;
  runs: number;
  cuts: number;
  /** Pairs left out because the runs up to the cut do not determine both predictions. */
  leftOut: number;
  /** Pairs whose measured values differ, as an axis can change what is predicted too. */
  otherActual: number;
  /** Mean absolute relative error over the pairs, of the value and of the reference; NaN without pairs, like the next. */
  meanAbsRelError: number;
  referenceAbsRelError: number;
  diffAbsRelError: number;
  /**
   * Mean over pairs of (error - reference's) / (error + reference's), from -1 to 1: 0.2 is an error of 1.5 times the reference's. No single
   * pair decides it, however wrong one of its predictions is.
   */
  shift: number;
  /** Of `shift`, like the intervals. */
  standardError: number;
  /** Degrees of freedom of the interval: one less than the fewest units. */
  freedom: number;
  level: number;
  /** Interval of the shift as if this choice alone had been looked at; NaN where there are too few units. */
  lower: number;
  upper: number;
  /** Number of choices that are judged, and the interval that holds for all of them at once. */
  choices: number;
  lowerAll: number;
  upperAll: number;
  wins: number;
  losses: number;
  ties: number;
  verdict: ChoiceVerdict;
}

/** Fewest held-out runs for an interval: of two the spread is not known to a factor of ten. */
const LEAST_RUNS = 3;

/** Fewest tasks that count as a sample of tasks. Of fewer the interval is about these tasks alone. */
const LEAST_TASKS = 5;

type Judged = Omit<ChoiceEffect, "rank" | "choices" | "lowerAll" | "upperAll" | "verdict"> & {
  place: number;
};

/**
 * The effect of each value of each axis on the errors of held-out runs, all other choices equal: the axis with the surest difference
 * first, its reference left out.
 *
 * @param level coverage of the intervals
 */
export function choiceEffects(
  axes: readonly AxisInfo[],
  cells: readonly Cell[],
  outcomes: readonly HeldOut[],
  level: number,
): ChoiceEffect[] {
  const judged = compareAxes(axes, cells, outcomes).flatMap((compared, place) =>
    effectsOf(compared, level).map((effect) => ({ ...effect, place })),
  );
  // A choice that changes nothing, or that cannot be judged, cannot be picked by chance either.
  const choices = judged.filter(({ standardError }) => Number.isFinite(standardError)).length;
  const counted = judged.map((effect) => {
    const { shift: centre, standardError, freedom } = effect;
    const half = standardError * studentQuantile(1 - (1 - level) / (2 * choices), freedom);
    const ends = { lowerAll: within(centre - half), upperAll: within(centre + half) };
    return { ...effect, choices, ...ends, verdict: verdictOf({ ...effect, ...ends }) };
  });
  const ofAxes = [...groupBy(counted, ({ place }) => place).values()];
  const ranked = ofAxes
    .map((effects) => ({ effects, surely: most(effects, surely), t: most(effects, tOf) }))
    .sort((a, b) => b.surely - a.surely || b.t - a.t);
  return ranked.flatMap(({ effects, t }, i) =>
    effects.map(({ place: _, ...effect }) => ({ ...effect, rank: t > 0 ? i + 1 : undefined })),
  );
}

/** An end of an interval of a shift, which lies between -1 and 1. */
const within = (end: number): number => Math.max(-1, Math.min(1, end));

function effectsOf({ axis, values, reference, comparisons }: ComparedAxis<HeldOut>, level: number) {
  return values.flatMap((value, i): Omit<Judged, "place">[] => {
    if (i === reference) return [];
    const both = comparisons.flatMap((comparison) => {
      const [ours, theirs] = [comparison[i], comparison[reference]];
      return ours === undefined || theirs === undefined ? [] : [{ ours, theirs }];
    });
    const pairs = both.filter(({ ours, theirs }) => ours.determined && theirs.determined).map(pairOf);
    const { standardError, freedom } = spreadOf(pairs);
    const shift = meanOf(pairs, ({ shift }) => shift);
    const half = standardError * studentQuantile(1 - (1 - level) / 2, freedom);
    const count = (holds: (difference: number) => boolean) =>
      pairs.filter(({ difference }) => holds(difference)).length;
    return [
      {
        ...{ axis: axis.name, value, reference: values[reference]! },
        ...{ pairs: pairs.length, leftOut: both.length - pairs.length },
        otherActual: pairs.filter(({ isOfOther }) => isOfOther).length,
        ...{ tasks: unitsOf(pairs, "task"), runs: unitsOf(pairs, "run"), cuts: unitsOf(pairs, "cut") },
        meanAbsRelError: meanOf(pairs, ({ ours }) => ours),
        referenceAbsRelError: meanOf(pairs, ({ theirs }) => theirs),
        diffAbsRelError: meanOf(pairs, ({ difference }) => difference),
        ...{ shift, standardError, freedom, level },
        ...{ lower: within(shift - half), upper: within(shift + half) },
        wins: count((difference) => difference < -TIE),
        losses: count((difference) => difference > TIE),
        ties: count((difference) => Math.abs(difference) <= TIE),
      },
    ];
  });
}

/** A pair of predictions that differ in one axis, and the units that it shares with other pairs. */
export interface Pair {
  task: string;
  run: string;
  cut: number;
  ours: number;
  theirs: number;
  /** Absolute relative error of the value minus that of the reference. */
  difference: number;
  /** That over their sum, from -1 to 1; 0 where they agree to 1e-7. */
  shift: number;
  /** Whether the two are of other measured values. */
  isOfOther: boolean;
}

function pairOf({ ours, theirs }: { ours: HeldOut; theirs: HeldOut }): Pair {
  const difference = ours.absRelError - theirs.absRelError;
  const shift = Math.abs(difference) <= TIE ? 0 : difference / (ours.absRelError + theirs.absRelError);
  const { cell, run, cut } = ours;
  const isOfOther = Math.abs(ours.actual - theirs.actual) > TIE;
  const errors = { ours: ours.absRelError, theirs: theirs.absRelError, difference, shift };
  return { task: cell.task, run, cut, ...errors, isOfOther };
}

const unitsOf = (pairs: readonly Pair[], unit: "task" | "run" | "cut"): number =>
  new Set(pairs.map((pair) => pair[unit])).size;

/**
 * Standard error of the mean shift where pairs share tasks, held-out runs and cuts: the largest of the variances clustered by one of
 * the three, and by tasks and one of the other two at once (Cameron, Gelbach and Miller, 2011), with the degrees of freedom of the fewest
 * units. NaN with fewer than three runs, or where all pairs are ties.
 */
export function spreadOf(pairs: readonly Pair[]): { standardError: number; freedom: number } {
  const runs = unitsOf(pairs, "run");
  const cuts = unitsOf(pairs, "cut");
  const tasks = unitsOf(pairs, "task");
  const isIdle = pairs.every(({ difference }) => Math.abs(difference) <= TIE);
  if (runs < LEAST_RUNS || isIdle) return { standardError: Number.NaN, freedom: Number.NaN };
  const byTask = tasks < LEAST_TASKS ? Number.NaN : clustered(pairs, ({ task }) => task);
  const units = ([["run", runs] as const, ["cut", cuts] as const] as const).filter(
    ([, count]) => count >= LEAST_RUNS,
  );
  const variances = units.flatMap(([unit]) => {
    const own = clustered(pairs, (pair) => String(pair[unit]));
    return [own, byTask, byTask + own - clustered(pairs, (pair) => `${pair.task}\n${pair[unit]}`)];
  });
  const known = variances.filter((variance) => !Number.isNaN(variance));
  const fewest = Math.min(...units.map(([, count]) => count), tasks < LEAST_TASKS ? runs : tasks);
  return { standardError: Math.sqrt(Math.max(...known)), freedom: fewest - 1 };
}

/** Variance of the mean shift if the pairs of a unit go together and units are independent. */
function clustered(pairs: readonly Pair[], unitOf: (pair: Pair) => string): number {
  const centre = meanOf(pairs, ({ shift }) => shift);
  const units = [...groupBy(pairs, unitOf).values()];
  const squares = units.map((ofUnit) => sum(ofUnit.map(({ shift }) => shift - centre)) ** 2);
  return ((units.length / (units.length - 1)) * sum(squares)) / pairs.length ** 2;
}

function verdictOf({
  pairs,
  ties,
  standardError,
  lowerAll,
  upperAll,
  diffAbsRelError,
}: Pick<
  ChoiceEffect,
  "pairs" | "ties" | "standardError" | "lowerAll" | "upperAll" | "diffAbsRelError"
>): ChoiceVerdict {
  if (pairs === 0) return "nothing to compare";
  if (ties === pairs) return "idle";
  if (Number.isNaN(standardError)) return "too few";
  if (lowerAll <= 0 && upperAll >= 0) return "within noise";
  // Mostly smaller errors may come with a few very large ones.
  if (upperAll < 0) return diffAbsRelError < 0 ? "better" : "mixed";
  return diffAbsRelError > 0 ? "worse" : "mixed";
}

type Ends = Pick<ChoiceEffect, "lowerAll" | "upperAll" | "shift" | "standardError">;

/** The smallest shift from the reference that its interval, with all choices counted, leaves possible. */
const surely = ({ lowerAll, upperAll }: Ends): number => Math.max(0, lowerAll || 0, -upperAll || 0);

const tOf = ({ shift, standardError }: Ends): number => Math.abs(shift / standardError) || 0;

const most = (effects: readonly Ends[], value: (effect: Ends) => number): number =>
  Math.max(0, ...effects.map(value));
