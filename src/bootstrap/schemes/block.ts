import type { Scheme } from "../scheme.ts";

export const block: Scheme = {
  name: "block",
  description: "runs with replacement, and of each as many checkpoints as it has, in blocks of neighbours",
  source: "the two-stage cluster bootstrap with the circular blocks of Politis & Romano (1992)",
  drawsRuns: true,
  weighsRuns: true,
  fewestRuns: 4,
  draw: ({ runLengths, strata }, _, { blockLength }) => ({ kind: "blocks", runLengths, strata, blockLength }),
  caution({ runLengths }, { blockLength }) {
    // A stage of final values has one point a run: nothing was meant to be drawn within.
    if (runLengths.every((length) => length <= 1)) return undefined;
    const short = runLengths.filter((length) => length > 0 && length <= blockLength).length;
    if (short === 0) return undefined;
    const those = short === 1 ? "1 run has" : `${short} runs have`;
    return `${those} no more checkpoints than a block (${blockLength}): they are drawn whole, nothing varies within them`;
  },
};
