import type { Preset } from "./preset.ts";

export const flp: Preset = {
  name: "flp",
  description: "the main method of Chen et al. (2025): compute to pre-training loss, loss to score",
  // The paper rounds nats.
  spec: { method: "flp", axes: { improvement_unit: "table" } },
};
