import type { Preset } from "./preset.ts";

export const flpM: Preset = {
  name: "flp-m",
  description:
    "FLP-M of Chen et al. (2025): FLOPs of each data source to domain losses, a network of those to score",
  spec: { method: "flp-m" },
};
