import type { Preset } from "./preset.ts";

const INPUTS = ["n_d", "c"];
const FEATURES = ["loss", "ce", "loss@c4", "loss@domains"];
const LINKS = ["sigmoid", "log-sigmoid", "linear"];
const WINDOWS = [1, 5, 10];

/**
 * The design choices of the ladder. Those that each other's effect depends on are crossed in full, 864
 * configurations; the others are crossed with input and feature alone, and a choice that is idle beside another is
 * not varied with it.
 */
export const ladderMatrix: Preset = {
  name: "ladder-matrix",
  description: "the design choices of the ladder crossed, about 950 configurations a task",
  spec: {
    method: "ladder",
    // On the OLMo ladder the two steps reach the objectives of 256 starts.
    starts: 64,
    axes: [
      {
        input: INPUTS,
        feature: FEATURES,
        link: LINKS,
        final_window: WINDOWS,
        drop_early: [0, 0.1, 0.5],
        smoothing_window: [1, 5],
        anchor: [true, false],
      },
      { input: INPUTS, feature: "none", final_window: WINDOWS, loss1: ["huber", "squared"] },
      { input: "c", flops: "6nd", feature: [...FEATURES, "none"] },
      { input: INPUTS, feature: FEATURES, loss1: ["huber", "squared"], loss2: ["squared", "huber"] },
      { feature: FEATURES, drop_early: [0.1, 0.5], smoothing_order: ["drop-first", "smooth-first"] },
      {
        input: INPUTS,
        feature: [...FEATURES, "none"],
        runs: ["n_rank <= 3", "xc <= 5", "flops_rank <= 12"],
      },
      { input: INPUTS, feature: ["loss", "ce"], format: "mc", link: LINKS, drop_early: [0, 0.1] },
    ],
  },
};
