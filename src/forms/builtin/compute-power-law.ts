import type { FormRecord } from "../form.ts";

export const computePowerLaw: FormRecord = {
  name: "compute-power-law",
  expression: "y = exp(a - alpha*ln(C))",
  parameters: {
    a: { logarithm: true, description: "logarithm of the value at one FLOP; ln(C_T) is a/alpha" },
    alpha: { description: "exponent of the compute: positive for a loss, negative for a score" },
  },
  variables: { C: "training compute, FLOPs" },
  startRanges: { default: { a: [-15, 15], alpha: [-0.5, 0.5] } },
  units: {
    start: { a: [-2, 2], alpha: [-0.5, 0.5] },
    output: true,
    rescaled: ({ a, alpha }, { C, y }) => ({ a: a! + alpha! * Math.log(C!) + Math.log(y!) }),
  },
  description: "A power of the compute that may rise or fall: (C/C_T)^-alpha.",
  source: "Chen et al. 2025 (FLP), equation 3 (FP) and table 3, M1",
};
