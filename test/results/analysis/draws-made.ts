import type { CellDraws } from "../../../src/bootstrap/bootstrap-cells.ts";
import type { Configuration } from "../../../src/methods/method.ts";
import type { ScoredPrediction } from "../../../src/plan/score.ts";
import { cellOf, predictionOf } from "./hand-made.ts";

/** A cell whose predictions are off by these, of an actual value of 2, on the data and on each replicate. */
export function cellDraws(
  configuration: Configuration,
  task: string,
  targets: Readonly<Record<string, { error: number; errors: readonly number[] }>>,
): [CellDraws, ScoredPrediction[]] {
  const cell = cellOf(configuration, task);
  const nothing = new Float64Array(0);
  const draws = Object.entries(targets).map(([target, { errors }]) => {
    const predicted = Float64Array.from(errors, (error) => 2 + error);
    return { target, values: { predicted, feature: nothing, link: nothing } };
  });
  const predictions = Object.entries(targets).map(([target, { error }]) => predictionOf(cell, target, error));
  return [{ cell, targets: draws, uses: [], outcomes: [] }, predictions];
}
