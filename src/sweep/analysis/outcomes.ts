import type { Cell } from "../plan-sweep.ts";
import { relativeError, type ScoredPrediction } from "../score.ts";

/** How far a prediction was from the measured value. */
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

/** The outcomes of the predictions whose actual value is known and not 0. */
export function outcomesOf(predictions: readonly ScoredPrediction[]): Outcome[] {
  return predictions.flatMap(({ cell, target, predicted, actual }) => {
    const absRelError = Math.abs(relativeError(predicted, actual));
    if (!Number.isFinite(absRelError)) return [];
    return [{ cell, target, absError: Math.abs(predicted - actual), absRelError }];
  });
}
