import type { Preset } from "./preset.ts";

const FROM_TRAIN = ["train-to-train", "train-to-test"];
const LAWS = ["chinchilla", "kaplan", "kaplan-offset"];

/** What the paper leaves open or varies, one thing at a time. */
export const lossToLossAblations: Preset = {
  name: "loss-to-loss-ablations",
  description:
    "loss-to-loss prediction by each form of the law, delta, fitted offsets, pairing, by way of a third loss, and loss to error",
  spec: {
    method: "loss-to-loss",
    axes: [
      // Section 4.1: the form of the law that E0 and E1 are of, and that is the baseline.
      { relation: [...FROM_TRAIN, "scaling-law"], law: LAWS },
      // Hoffmann et al. fit with 1e-3, the paper's tables come out with 1e-1.
      { relation: [...FROM_TRAIN, "scaling-law"], delta1: [1e-3, 1e-2] },
      // Appendix B: E1 as a free parameter, as Gadre et al. (2024) have it; and E0 too.
      { relation: FROM_TRAIN, offsets: ["destination-free", "free"], residual: ["log", "plain"] },
      { relation: FROM_TRAIN, residual: ["log", "plain"] },
      { relation: FROM_TRAIN, loss2: "huber", delta2: [1e-3, 1e-2] },
      // Section 4.2: which runs are a pair.
      { relation: ["train-to-train", "test-to-test"], pairing: ["tokens", "budget"] },
      // Where no large run of the source is there.
      { relation: FROM_TRAIN, source_loss: "law" },
      // One translation, or two one after the other.
      { relation: ["test-to-test", "composed"] },
      // Figures 5 to 7.
      { relation: "loss-to-error", input: ["train", "task"], residual: ["log", "plain"] },
    ],
  },
};
