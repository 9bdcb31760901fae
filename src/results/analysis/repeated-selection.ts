import type { CellDraws } from "../../bootstrap/bootstrap-cells.ts";
import { drawsOf } from "../../intervals/draws.ts";
import type { Interval } from "../../intervals/interval.ts";
import { percentile } from "../../intervals/kinds.ts";
import type { Configuration } from "../../methods/method.ts";
import { relativeError, type ScoredPrediction } from "../../plan/score.ts";
import { meanOf } from "../../statistics.ts";

/** Most numbers that are kept: draws x predictions of all configurations, 8 bytes each. */
const most = 8_000_000;

/** A prediction of the best configuration, whose interval is given both with and without repeating the choice in every resample. */
export interface SelectedPrediction {
  task: string;
  target: string;
  /** The configuration that is the best in the fits of the original data. */
  configuration: Configuration;
  predicted: number;
  actual: number;
  level: number;
  /** Interval for this configuration as if it had been chosen beforehand. */
  fixed: Interval;
  /** Interval for the configuration that is the best in each resample. */
  repeated: Interval;
  /** Share of the resamples in which this configuration is the best. */
  chosenAgain: number;
  /** Number of configurations that are the best in at least one resample. */
  configurationsChosen: number;
}

interface Kept {
  draws: Map<string, Float64Array>;
  predictions: Map<string, ScoredPrediction>;
}

/**
 * The headline of a sweep is the configuration with the smallest mean error, chosen after seeing the errors. Its interval must
 * account for that choice, so the choice is repeated in every resample by the errors of the resample.
 */
export class RepeatedSelection {
  readonly #levels: readonly number[];
  readonly #kept = new Map<Configuration, Kept>();
  readonly #isTooMuch: boolean;

  /**
   * @param levels of the intervals
   * @param expected number of draws of all cells and targets; where it is too large, no draws are kept at all
   */
  constructor(levels: readonly number[], expected: number) {
    this.#levels = levels;
    this.#isTooMuch = expected > most;
  }

  /** Adds a cell's draws. @param predictions the cell's predictions from the fits of the original data */
  add({ cell, targets }: CellDraws, predictions: readonly ScoredPrediction[]): void {
    if (this.#isTooMuch) return;
    const kept = this.#kept.get(cell.configuration) ?? { draws: new Map(), predictions: new Map() };
    this.#kept.set(cell.configuration, kept);
    for (const { target, values } of targets) {
      const prediction = predictions.find((candidate) => candidate.target === target);
      if (prediction === undefined) continue;
      if (!Number.isFinite(relativeError(prediction.predicted, prediction.actual))) continue;
      const name = JSON.stringify([cell.task, target]);
      kept.draws.set(name, values.predicted);
      kept.predictions.set(name, prediction);
    }
  }

  /** The headline's predictions, or the reason why there are none. */
  finish(): SelectedPrediction[] | { reason: string } {
    if (this.#isTooMuch) {
      const allowed = `${most / 1e6} million`;
      return { reason: `more than ${allowed} draws; take fewer configurations, tasks or resamples` };
    }
    // Scores and losses are not compared; the headline predicts the same quantity as the sweep's first configuration.
    const kind = this.#kept.keys().next().value?.predicts;
    const sameKind = [...this.#kept].filter(([{ predicts }]) => predicts === kind);
    const widest = Math.max(0, ...sameKind.map(([, { draws }]) => draws.size));
    const first = sameKind.find(([, { draws }]) => draws.size === widest && widest > 0)?.[1].draws;
    // Equal numbers of predictions need not be the same predictions, as each pair of corpora has different ones.
    const rivals = sameKind.filter(
      ([, { draws }]) => draws.size === first?.size && [...draws.keys()].every((name) => first.has(name)),
    );
    if (rivals.length < 2) return { reason: "there is nothing to choose: one configuration predicts all" };
    const names = [...rivals[0]![1].draws.keys()];
    const errorOf = ({ predictions }: Kept) =>
      meanOf(names, (name) => offBy(predictions.get(name)!.predicted, predictions.get(name)!.actual));
    const best = leastOf(rivals.length, (r) => errorOf(rivals[r]![1]))!;
    const resamples = rivals[0]![1].draws.get(names[0]!)!.length;
    const chosen = bestOfEach(
      resamples,
      rivals.map(([, { draws, predictions }]) =>
        names.map((name) => ({ draws: draws.get(name)!, actual: predictions.get(name)!.actual })),
      ),
    );
    const defined = chosen.filter((choice) => choice !== undefined);
    const [configuration, { draws, predictions }] = rivals[best]!;
    return names.flatMap((name) => {
      const { predicted, actual, target, cell } = predictions.get(name)!;
      const fixed = drawsOf(draws.get(name)!);
      const repeated = drawsOf(
        Float64Array.from(chosen, (r, i) =>
          r === undefined ? Number.NaN : rivals[r]![1].draws.get(name)![i]!,
        ),
      );
      return this.#levels.map((level) => ({
        task: cell.task,
        target,
        configuration,
        predicted,
        actual,
        level,
        fixed: percentile.compute({ estimate: predicted, draws: fixed }, level),
        repeated: percentile.compute({ estimate: predicted, draws: repeated }, level),
        chosenAgain: defined.filter((r) => r === best).length / defined.length,
        configurationsChosen: new Set(defined).size,
      }));
    });
  }
}

function offBy(predicted: number, actual: number): number {
  return Math.abs(relativeError(predicted, actual));
}

/**
 * The rival with the smallest mean error in each resample, the first of equal ones; undefined where no rival has one.
 *
 * @param rivals the draws of each of its predictions, and what was measured
 */
function bestOfEach(
  resamples: number,
  rivals: readonly (readonly { draws: Float64Array; actual: number }[])[],
): (number | undefined)[] {
  const best = new Int32Array(resamples).fill(-1);
  const least = new Float64Array(resamples).fill(Number.POSITIVE_INFINITY);
  const sums = new Float64Array(resamples);
  rivals.forEach((predictions, r) => {
    sums.fill(0);
    for (const { draws, actual } of predictions) {
      for (let i = 0; i < resamples; i++) sums[i]! += offBy(draws[i]!, actual);
    }
    for (let i = 0; i < resamples; i++) {
      const error = sums[i]! / predictions.length;
      if (!(error < least[i]!)) continue;
      least[i] = error;
      best[i] = r;
    }
  });
  return Array.from(best, (r) => (r < 0 ? undefined : r));
}

/** The index of the smallest value, the first of equal ones; undefined where no value is a number. */
function leastOf(count: number, value: (index: number) => number): number | undefined {
  let best: number | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    const candidate = value(i);
    if (!(candidate < least)) continue;
    least = candidate;
    best = i;
  }
  return best;
}
