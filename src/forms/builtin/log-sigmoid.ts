import type { FormRecord } from "../form.ts";

/**
 * In the slope s instead of the scale a = s/k: the best k is often so large that only a*k matters, and the solver
 * would crawl along that valley.
 */
export const logSigmoid: FormRecord = {
  name: "log-sigmoid",
  expression: "accuracy = 1 - s/k*log_sigmoid(-k*(x - x0))",
  parameters: {
    s: {
      upper: 0,
      description: "slope of accuracy far to the right, per unit of loss; a of equation 8 is s/k",
    },
    x0: { lower: 0, description: "loss at which the fall sets in" },
    k: { lower: 0, description: "steepness, per unit of loss" },
  },
  variables: { x: "task cross-entropy" },
  startRanges: { default: { s: [-3, 0], x0: [0, 3], k: [0, 10] } },
  units: {
    start: { s: [-3, 0], x0: [0, 3], k: [0, 10] },
    output: false,
    rescaled: ({ s, x0, k }, { x }) => ({ s: s! / x!, x0: x0! * x!, k: k! / x! }),
  },
  description: "Accuracy against cross-entropy: 1 at small values, a straight fall at large ones.",
  source: "Bhagia et al. 2024, equation 8",
};
