import type { FormRecord } from "../form.ts";

export const linear: FormRecord = {
  name: "linear",
  expression: "y = w0 + w1*x",
  parameters: {
    w0: { description: "value at x = 0" },
    w1: { description: "slope" },
  },
  variables: { x: "any input" },
  startRanges: { default: { w0: [-1, 1], w1: [-1, 1] } },
  units: {
    start: { w0: [-2, 2], w1: [-2, 2] },
    output: true,
    rescaled: ({ w0, w1 }, { x, y }) => ({ w0: w0! * y!, w1: (w1! * y!) / x! }),
  },
  description: "A straight line.",
  source: "Chen et al. 2025 (FLP), equation 2",
};
