import type { Preset } from "./preset.ts";

export const flpM: Preset = {
  name: "flp-m",
  description:
    "FLP-M of Chen et al. (2025): FLOPs of each data source to domain losses, a network of those to score",
  // Best of few: every network of a resample is to be the best of as many (starts = fresh_starts + 1).
  spec: { method: "flp-m", starts: 16, axes: { improvement_unit: "table" } },
};
