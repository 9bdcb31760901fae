import { firstPoints, type Scheme } from "../scheme.ts";

export const row: Scheme = {
  name: "row",
  description: "points with replacement, whatever their run; for comparison only",
  source: "the pairs bootstrap; Efron & Tibshirani (1993), section 9.5",
  drawsRuns: false,
  fewestRuns: 1,
  draw({ runLengths, points }) {
    const resampled = firstPoints(runLengths).at(-1)!;
    return {
      kind: "groups",
      group: Int32Array.from({ length: points }, (_, q) => Math.min(q, resampled)),
      strata: resampled < points ? [resampled, 1] : [resampled],
    };
  },
  caution: ({ runLengths }) =>
    runLengths.some((length) => length > 1)
      ? "checkpoints of a run are not independent: intervals of this step by row are 4 to 14 times too narrow on real ladders"
      : undefined,
};
