import type { Scheme } from "../scheme.ts";

export const parametric: Scheme = {
  name: "parametric",
  description: "the fit plus normal noise, of the run and of the point, as large as the residuals say",
  source: "Davison & Hinkley (1997), sections 2.2 and 3.8",
  drawsRuns: false,
  fewestRuns: 1,
  draw({ runLengths }, residuals) {
    const { plain, betweenRuns, withinRuns } = residuals();
    return { kind: "parametric", runLengths, residual: plain, betweenRuns, withinRuns };
  },
};
