import type { CellDraws } from "../../bootstrap/bootstrap-cells.ts";
import { drawsOf } from "../../intervals/draws.ts";
import type { Interval } from "../../intervals/interval.ts";
import { percentile } from "../../intervals/kinds.ts";
import type { Configuration } from "../../methods/method.ts";
import { relativeError, type ScoredPrediction } from "../../plan/score.ts";
import { meanOf } from "../../statistics.ts";

/** Numbers that are kept at most: draws x predictions of all configurations, 8 bytes each. */
const most = 8_000_000;

/** A prediction of the configuration that was best, with and without the choice of it repeated in every resample. */
export interface SelectedPrediction {
  task: string;
  target: string;
  /** The best configuration of the fits of the data. */
  configuration: Configuration;
  predicted: number;
  actual: number;
  level: number;
  /** Of this configuration, as if it had been chosen beforehand. */
  fixed: Interval;
  /** Of the configuration that is the best of each resample. */
  repeated: Interval;
  /** Share of the resamples in which this configuration is the best. */
  chosenAgain: number;
  /** Configurations that are the best of some resample. */
  configurationsChosen: number;
}

interface Kept {
  draws: Map<string, Float64Array>;
  predictions: Map<string, ScoredPrediction>;
}

/**
 * The headline of a sweep is the configuration with the smallest mean error: chosen after looking. Its interval must
 * hold the choice too, so it is made anew in every resample, by the resample's own errors.
 */
export class RepeatedSelection {
  readonly #levels: readonly number[];
  readonly #kept = new Map<Configuration, Kept>();
  readonly #isTooMuch: boolean;

  /**
   * @param levels of the intervals
   * @param expected draws of all cells and targets: where they are too many, none is kept from the beginning
   */
  constructor(levels: readonly number[], expected: number) {
    this.#levels = levels;
    this.#isTooMuch = expected > most;
  }

  /** Takes a cell's draws. @param predictions the cell's, from the fits of the data */
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

  /** The headline's predictions, or why there are none. */
  finish(): SelectedPrediction[] | { reason: string } {
    if (this.#isTooMuch) {
      const allowed = `${most / 1e6} million`;
      return { reason: `more than ${allowed} draws; take fewer configurations, tasks or resamples` };
    }
    // Scores and losses are no rivals; the headline is of what the sweep's first configuration predicts.
    const kind = this.#kept.keys().next().value?.predicts;
    const sameKind = [...this.#kept].filter(([{ predicts }]) => predicts === kind);
    const widest = Math.max(0, ...sameKind.map(([, { draws }]) => draws.size));
    const first = sameKind.find(([, { draws }]) => draws.size === widest && widest > 0)?.[1].draws;
    // As many predictions need not be the same ones: each pair of corpora has its own.
    const rivals = sameKind.filter(
      ([, { draws }]) => draws.size === first?.size && [...draws.keys()].every((name) => first.has(name)),
    );
    if (rivals.length < 2) return { reason: "there is nothing to choose: one configuration predicts all" };
    const names = [...rivals[0]![1].draws.keys()];
    const errorOf = ({ predictions }: Kept) =>
      meanOf(names, (name) => offBy(predictions.get(name)!.predicted, predictions.get(name)!.actual));
    const best = leastOf(rivals.length, (r) => errorOf(rivals[r]![1]))!;
    const resamples = rivals[0]![1].draws.get(names[0]!)!.length;
    const chosen = Array.from({ length: resamples }, (_, i) =>
      leastOf(rivals.length, (r) => {
        const { draws, predictions } = rivals[r]![1];
        return meanOf(names, (name) => offBy(draws.get(name)![i]!, predictions.get(name)!.actual));
      }),
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

/** Index of the smallest value, the first of equals; undefined where none is a number. */
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
