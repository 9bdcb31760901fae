import { groupsByRun, type Scheme } from "../scheme.ts";

export const runBySize: Scheme = {
  name: "run-by-size",
  description: "runs with replacement within each model size, as many of each as there are",
  source: "the stratified bootstrap; Davison & Hinkley (1997), section 3.2",
  drawsRuns: true,
  weighsRuns: true,
  fewestRuns: 4,
  bySize: true,
  draw: groupsByRun,
  refuse({ strata }) {
    if (strata.some((size) => size > 1)) return undefined;
    return `each of the ${strata.length} model sizes has one run: within a size there is nothing to draw; take scheme run or wild`;
  },
  caution({ strata }) {
    const single = strata.filter((size) => size === 1).length;
    if (single === 0) return undefined;
    return `${single} of ${strata.length} model sizes have one run, which every resample holds: intervals leave its noise out`;
  },
};
