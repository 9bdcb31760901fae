import { OWN_CORPUS } from "../../tables/importers/loss-to-loss-columns.ts";
import type { Preset } from "./preset.ts";

/** Tables 6 to 8 and what table 1 compares, over all corpora and tasks. */
export const lossToLoss: Preset = {
  name: "loss-to-loss",
  description:
    "the shifted power laws of Brandfonbrener et al. (2024) between all pairs of corpora, and the scaling laws beside them",
  spec: {
    method: "loss-to-loss",
    axes: { relation: ["train-to-train", "train-to-test", "test-to-test", "scaling-law"] },
    // Figure 11.
    isoflop: { subjects: OWN_CORPUS },
  },
};
