import type { FormRecord } from "../form.ts";

export const sigmoid: FormRecord = {
  name: "sigmoid",
  expression: "accuracy = a/(1 + exp(-k*(L - L0))) + b",
  parameters: {
    a: { lower: -1, upper: 0, description: "chance level minus the best accuracy" },
    L0: { lower: 0, description: "loss at the steepest point" },
    k: { lower: 0, description: "steepness, per unit of loss" },
    b: { lower: 0, upper: 1, description: "accuracy at small loss" },
  },
  variables: { L: "loss, bits per byte" },
  startRanges: { default: { a: [-1, 0], L0: [0, 3], k: [0, 10], b: [0, 1] } },
  units: {
    start: { a: [-1, 0], L0: [0, 3], k: [0, 10], b: [0, 1] },
    output: false,
    rescaled: ({ L0, k }, { L }) => ({ L0: L0! * L!, k: k! / L! }),
  },
  description: "Accuracy against loss: from b at small loss down to a + b, chance, at large loss.",
  source: "Bhagia et al. 2024, equation 2",
};
