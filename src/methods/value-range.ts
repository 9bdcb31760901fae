import { anyValue, type ValueRange } from "../intervals/judge.ts";
import { isAccuracy, isLoss } from "../tables/checkpoint-table.ts";
import type { Configuration } from "./method.ts";

const shares: ValueRange = { lower: 0, upper: 1 };
const losses: ValueRange = { lower: 0, upper: Number.POSITIVE_INFINITY };

/** What a configuration's predictions can be. A score that is no share of right answers can be anything. */
export function rangeOfPredictions({
  predicts,
  needs,
}: Pick<Configuration, "predicts" | "needs">): ValueRange {
  if (predicts === "loss") return losses;
  return predicts === "error" || needs.some(({ metric }) => isAccuracy(metric)) ? shares : anyValue;
}

/** What stands between its stages: a loss, where it reads one. */
export function rangeOfFeatures({ needs }: Pick<Configuration, "needs">): ValueRange {
  return needs.some(({ metric }) => isLoss(metric)) ? losses : anyValue;
}
