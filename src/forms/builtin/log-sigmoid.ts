import type { FormRecord } from "../form.ts";

export const logSigmoid: FormRecord = {
  name: "log-sigmoid",
  expression: "accuracy = 1 - a*log_sigmoid(-k*(x - x0))",
  parameters: {
    a: { upper: 0, description: "scale; -a*k is the fall of accuracy per unit of loss far to the right" },
    x0: { lower: 0, description: "loss at which the fall sets in" },
    k: { lower: 0, description: "steepness, per unit of loss" },
  },
  variables: { x: "task cross-entropy" },
  startRanges: { default: { a: [-1, 0], x0: [0, 3], k: [0, 10] } },
  description: "Accuracy against cross-entropy: 1 at small values, a straight fall at large ones.",
  source: "Bhagia et al. 2024, equation 8",
};
