import type { AxisValue } from "../axis.ts";

/** Axes that say between what a relation is, and not how it is fitted. */
export const BETWEEN: readonly [from: string, to: string] = ["source", "destination"];

/** Whether a relation predicts the train losses of a corpus from themselves. */
export function isIdentity(axisOf: (axis: string) => AxisValue | null | undefined): boolean {
  return axisOf("relation") === "train-to-train" && axisOf("source") === axisOf("destination");
}
