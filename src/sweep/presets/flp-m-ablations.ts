import type { Preset } from "./preset.ts";

const LAWS = ["m1", "m2", "m3", "m4"];

/** What the paper varies in FLP-M, both stages crossed, and what it leaves open, one thing at a time. */
export const flpMAblations: Preset = {
  name: "flp-m-ablations",
  description:
    "the laws and links of FLP-M in Chen et al. (2025): tables 3 and 4, figures 7 and 8, and how zero shares count",
  spec: {
    method: "flp-m",
    // The paper rounds nats.
    axes: [
      // Figure 8 and table 4 under each law of table 3; link average is FLP on mixtures (section 5.3).
      { link: ["network", "network-least-squares", "linear", "average", "flops"], law: LAWS },
      // Table 3 and figure 7: the losses of the domains themselves.
      { link: "none", law: LAWS },
      // What a source with share 0 counts as.
      { zero_share: "overlap", share_floor: [0.001, 0.1] },
      { zero_share: "floor", share_floor: [0.001, 0.01] },
      { zero_share: "drop" },
      // How a checkpoint is judged to beat chance.
      { neighbours: 1 },
      // The network.
      { network_inputs: "raw" },
      { network_response: "share" },
      { weight_decay: 0 },
      { hidden: [1, 2, 5] },
    ].map((own) => ({ ...own, improvement_unit: "table" })),
  },
};
