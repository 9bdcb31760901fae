import type { FormRecord } from "../form.ts";

export const computeLogScore: FormRecord = {
  name: "compute-log-score",
  expression: "accuracy = exp(exp(alpha*(ln(C) - m)))/100",
  parameters: {
    alpha: { description: "exponent of the compute" },
    m: { logarithm: true, description: "logarithm of C_M, the compute at which the score is e per cent" },
  },
  variables: { C: "training compute, FLOPs" },
  startRanges: { default: { alpha: [0, 0.15], m: [35, 50] } },
  units: {
    start: { alpha: [0, 0.15], m: [-10, 5] },
    output: false,
    rescaled: ({ m }, { C }) => ({ m: m! + Math.log(C!) }),
  },
  description: "The logarithm of a score in per cent as a power of the compute: ln(P) = (C/C_M)^alpha.",
  source: "Chen et al. 2025 (FLP), equation 6",
};
