import type { Preset } from "./preset.ts";

/** FLP, what it is compared with, and which checkpoints its second step is fitted on. */
export const flpAblations: Preset = {
  name: "flp-ablations",
  description:
    "FLP and its baselines in Chen et al. (2025): figures 2, 3 and 11 to 13, and which checkpoints are kept",
  spec: {
    method: "flp",
    // The paper rounds nats.
    axes: [
      {},
      // Section 3.3 (FP) and appendix C: the score straight from compute.
      { feature: "none", direct: ["compute-power-law", "compute-log-score", "compute-negative-log-score"] },
      // Appendix D: Llama-3's route over the likelihood of the answer, on every checkpoint.
      {
        feature: "loss",
        law: ["power-law", "power-law-offset"],
        link: "sigmoid",
        improvement: "none",
        emerged: false,
      },
      // A sigmoid in place of the line.
      { link: "sigmoid" },
      // Appendix B: the checkpoints of a smaller target.
      { stage2_runs: "siblings" },
      // Section 3.3: which checkpoints are kept.
      { improvement: "none" },
      { improvement_decimals: [1, 3] },
      { emerged: false },
      { margin: [0, 0.1] },
      { neighbours: 1 },
    ].map((own) => ({ ...own, improvement_unit: "table" })),
  },
};
