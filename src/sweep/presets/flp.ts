import type { Preset } from "./preset.ts";

export const flp: Preset = {
  name: "flp",
  description: "the main method of Chen et al. (2025): compute to pre-training loss, loss to score",
  spec: { method: "flp" },
};
