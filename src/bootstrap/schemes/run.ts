import { groupsByRun, type Scheme } from "../scheme.ts";

export const run: Scheme = {
  name: "run",
  description: "runs with replacement, as many as there are, each with all its checkpoints",
  source: "the cluster or pairs bootstrap; Davison & Hinkley (1997), section 3.8",
  drawsRuns: true,
  weighsRuns: true,
  fewestRuns: 4,
  draw: groupsByRun,
};
