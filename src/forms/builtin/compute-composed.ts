import type { FormRecord } from "../form.ts";

export const computeComposed: FormRecord = {
  name: "compute-composed",
  expression: "accuracy = w0 - exp(a - alpha*ln(C))",
  parameters: {
    w0: { description: "score at a loss of 0" },
    a: { logarithm: true, description: "logarithm of the scale: that of the loss times the slope" },
    alpha: { lower: 0, upper: 1, description: "exponent of the compute" },
  },
  variables: { C: "training compute, FLOPs" },
  startRanges: { default: { w0: [0, 2], a: [0, 15], alpha: [0, 0.5] } },
  units: {
    start: { w0: [0, 2], a: [-4, 1], alpha: [0, 0.5] },
    output: false,
    rescaled: ({ a, alpha }, { C }) => ({ a: a! + alpha! * Math.log(C!) }),
  },
  description: "A score that is linear in a loss that is a power of the compute, fitted in one step.",
  source: "Chen et al. 2025 (FLP), section 2.3: equation 1 put into equation 2",
};
