import type { HeadlinePrediction } from "./predictions.ts";

/** The predictions with the smallest and the largest relative error; undefined of fewer than two with a known one. */
export function extremes(predictions: readonly HeadlinePrediction[]): {
  best: HeadlinePrediction | undefined;
  worst: HeadlinePrediction | undefined;
} {
  const known = predictions
    .filter(({ relError }) => Number.isFinite(relError))
    .toSorted((a, b) => Math.abs(a.relError) - Math.abs(b.relError));
  return known.length < 2 ? { best: undefined, worst: undefined } : { best: known[0], worst: known.at(-1) };
}
