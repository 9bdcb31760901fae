import type { FormRecord } from "../form.ts";

export const computeNegativeLogScore: FormRecord = {
  name: "compute-negative-log-score",
  expression: "accuracy = exp(-exp(-alpha*(ln(C) - m)))",
  parameters: {
    alpha: { description: "exponent of the compute" },
    m: { logarithm: true, description: "logarithm of the compute at which the score is 1/e" },
  },
  variables: { C: "training compute, FLOPs" },
  startRanges: { default: { alpha: [0, 0.3], m: [40, 60] } },
  units: {
    start: { alpha: [0, 0.3], m: [-10, 10] },
    output: false,
    rescaled: ({ m }, { C }) => ({ m: m! + Math.log(C!) }),
  },
  description: "Minus the logarithm of a score as a power of the compute, which keeps the score below 1.",
  source: "Achiam et al. 2023 (GPT-4), section 3.2",
};
