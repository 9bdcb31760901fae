import type { Scheme } from "../scheme.ts";

export const wild: Scheme = {
  name: "wild",
  description:
    "the fit plus the residuals, those of a run times one of Webb's six factors, drawn for the run; for 4 to 20 runs",
  source: "the wild cluster bootstrap; Cameron, Gelbach & Miller (2008), Webb (2014)",
  drawsRuns: true,
  fewestRuns: 4,
  draw: ({ runLengths }, residuals) => ({ kind: "wild", runLengths, residual: residuals().byRuns }),
};
