import type { Scheme } from "../scheme.ts";

export const residual: Scheme = {
  name: "residual",
  description: "the fit plus residuals of points drawn with replacement; takes points as independent",
  source: "Davison & Hinkley (1997), section 6.2.3",
  drawsRuns: false,
  fewestRuns: 1,
  draw: ({ runLengths }, residuals) => ({ kind: "residual", runLengths, residual: residuals().byPoints }),
  caution: ({ runLengths }) =>
    runLengths.some((length) => length > 1)
      ? "residuals of checkpoints are drawn as if independent: intervals come out too narrow where runs differ"
      : undefined,
};
