import { groupBy } from "../collections.ts";
import type { PastErrors } from "../intervals/past-errors.ts";
import { mean } from "../statistics.ts";
import type { BackPrediction } from "./hit-rates.ts";

/** A prediction whose error is asked for. */
export type Predicted = Pick<BackPrediction, "cell" | "predicted" | "ratio">;

/** Logarithms of the growths that are tried. */
const GROWTHS = Array.from({ length: 81 }, (_, i) => -4 + i / 10);

/**
 * What errors of past predictions of one configuration, relative to the predictions, say of others. Their size is taken as level x
 * (1 + growth ln ratio) x task, all tasks and ratios together:
 *
 * - The growth is fitted with a Laplace distribution of the errors, and a prior that it is 1 to within a factor e: errors at small ratios alone say
 *   little of it. As one target is predicted from several cuts, its predictions count as one.
 * - A task's size is its mean error over that of all, shrunk towards 1 by the share of the variance between tasks that chance alone would make of
 *   as many targets (Bühlmann's credibility).
 *
 * Of the errors as many are independent as there are pairs of a task and a target.
 */
export class GrowingErrors {
  readonly #growth: number;
  readonly #tasks: ReadonlyMap<string, number>;
  readonly #past: Required<Pick<PastErrors, "errors" | "scales" | "independent">>;

  /** @param past of one configuration; those whose actual value is not known do not count */
  constructor(past: readonly BackPrediction[]) {
    const measured = past.filter(({ actual }) => !Number.isNaN(actual));
    // Nothing is relative to 0, and no growth goes with an unknown ratio: such an error is missing.
    const known = measured.flatMap((one) =>
      one.predicted !== 0 && one.ratio > 0
        ? [{ ...one, size: Math.abs(1 - one.actual / one.predicted) }]
        : [],
    );
    this.#growth = growthOf(known);
    this.#tasks = taskSizes(
      known.map((one) => ({ ...one, size: one.size / spreadAt(this.#growth, one.ratio) })),
    );
    this.#past = {
      errors: Float64Array.from(measured, ({ predicted, actual, ratio }) =>
        predicted !== 0 && ratio > 0 ? predicted - actual : Number.NaN,
      ),
      scales: Float64Array.from(measured, (one) => this.#scaleOf(one)),
      independent: new Set(known.map(({ cell, target }) => JSON.stringify([cell.task, target]))).size,
    };
  }

  /** The past errors with their sizes, and that of a prediction's error. */
  of(prediction: Predicted): PastErrors {
    return { ...this.#past, scale: this.#scaleOf(prediction) };
  }

  #scaleOf({ cell, predicted, ratio }: Predicted): number {
    if (predicted === 0 || !(ratio > 0)) return 1;
    return Math.abs(predicted) * spreadAt(this.#growth, ratio) * (this.#tasks.get(cell.task) ?? 1);
  }
}

/** A past prediction with the size of its relative error. */
type SizedError = BackPrediction & { size: number };

/** Size of errors at a ratio of FLOPs, over that at a ratio of 1. */
function spreadAt(growth: number, ratio: number): number {
  return 1 + growth * Math.log(Math.max(1, ratio));
}

function growthOf(past: readonly SizedError[]): number {
  const alike = past.length / Math.max(1, targetsOf(past));
  const costOf = (logarithm: number): number => {
    const spreads = past.map(({ ratio }) => spreadAt(Math.exp(logarithm), ratio));
    const level = mean(past.map(({ size }, i) => size / spreads[i]!));
    const prior = logarithm ** 2 / 2;
    return level > 0
      ? spreads.reduce((sum, spread) => sum + Math.log(spread * level), 0) / alike + prior
      : prior;
  };
  const tried = GROWTHS.map((logarithm) => ({ logarithm, cost: costOf(logarithm) }));
  return Math.exp(tried.reduce((least, next) => (next.cost < least.cost ? next : least)).logarithm);
}

/** Size of each task's errors over that of all. */
function taskSizes(past: readonly SizedError[]): Map<string, number> {
  const tasks = Array.from(
    groupBy(past, ({ cell }) => cell.task),
    ([task, ofTask]) => ({ task, targets: targetsOf(ofTask), size: mean(ofTask.map(({ size }) => size)) }),
  );
  const level = mean(tasks.map(({ size }) => size));
  if (!(level > 0)) return new Map();
  // Sizes of errors vary about their mean by about as much as that mean.
  const byChance = mean(tasks.map(({ targets }) => 1 / targets));
  const spread =
    tasks.reduce((sum, { size }) => sum + (size / level - 1) ** 2, 0) / Math.max(1, tasks.length - 1);
  const between = Math.max(0, spread - byChance);
  return new Map(
    tasks.map(({ task, targets, size }) => {
      const kept = between / (between + 1 / targets);
      return [task, 1 + kept * (size / level - 1)];
    }),
  );
}

/** Number of different runs that are predicted. */
function targetsOf(past: readonly Pick<BackPrediction, "target">[]): number {
  return new Set(past.map(({ target }) => target)).size;
}
