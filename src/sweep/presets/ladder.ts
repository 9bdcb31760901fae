import type { Preset } from "./preset.ts";

export const ladder: Preset = {
  name: "ladder",
  description: "the main method of Bhagia et al. (2024): size and tokens to task loss, loss to accuracy",
  spec: { method: "ladder" },
};
