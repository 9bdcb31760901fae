import type { Preset } from "./preset.ts";

/** Numbers of runs, by FLOPs from the least, up to the 16 of the paper. */
const FIRST_RUNS = Array.from({ length: 16 }, (_, i) => `flops_rank <= ${i + 1}`);

/** What the paper varies, one thing at a time against its main method. */
export const ladderAblations: Preset = {
  name: "ladder-ablations",
  description: "every variant of Bhagia et al. (2024): what its tables 4 to 8 and figures 2 to 16 show",
  spec: {
    method: "ladder",
    axes: [
      // The main method (section 3); the single step (section 6.4) and a general loss (section 6.3) beside it.
      { feature: ["loss", "none", "loss@c4", "loss@domains"] },
      // Section 6.1: compute in place of parameters and tokens.
      { input: "c", flops: ["table", "6nd"] },
      // Section 6.2 and appendix C.2: cross-entropy over all choices, with a treatment of its own.
      {
        feature: "ce",
        link: "log-sigmoid",
        final_window: 1,
        drop_early: 0.5,
        smoothing_window: 1,
        anchor: false,
      },
      // Appendix B.2: multiple choice. The bounds are those for four choices.
      { format: "mc", drop_early: 0, bounds2: "a=-0.75..-0.749, b=0.999..1" },
      // Figures 6, 7 and 8: fewer runs, by FLOPs, by size and by tokens for a parameter.
      {
        runs: [
          ...FIRST_RUNS,
          "n_rank <= 1",
          "n_rank <= 2",
          "n_rank <= 3",
          "n_rank <= 4",
          "xc <= 1",
          "xc <= 2",
          "xc <= 5",
          "xc <= 10",
        ],
      },
    ],
  },
};
