import { anyValue, type ValueRange } from "../intervals/interval.ts";
import { isAccuracy, isLoss } from "../tables/checkpoint-table.ts";
import type { Configuration } from "./method.ts";

const shares: ValueRange = { lower: 0, upper: 1 };
const losses: ValueRange = { lower: 0, upper: Number.POSITIVE_INFINITY };

/** The range of a configuration's predictions. A score that is not a share of right answers can have any value. */
export function rangeOfPredictions({
  predicts,
  needs,
}: Pick<Configuration, "predicts" | "needs">): ValueRange {
  if (predicts === "loss") return losses;
  return predicts === "error" || needs.some(({ metric }) => isAccuracy(metric)) ? shares : anyValue;
}

/** The range of the feature between a configuration's stages: that of losses, where it reads one. */
export function rangeOfFeatures({ needs }: Pick<Configuration, "needs">): ValueRange {
  return needs.some(({ metric }) => isLoss(metric)) ? losses : anyValue;
}
