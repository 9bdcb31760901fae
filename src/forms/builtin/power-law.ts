import type { FormRecord } from "../form.ts";

export const powerLaw: FormRecord = {
  name: "power-law",
  expression: "L = exp(a - alpha*ln(C))",
  parameters: {
    a: { logarithm: true, description: "logarithm of A, the scale" },
    alpha: { lower: 0, upper: 1, description: "exponent of the compute" },
  },
  variables: { C: "training compute, FLOPs" },
  startRanges: { default: { a: [0, 15], alpha: [0, 0.5] } },
  units: {
    start: { a: [-2, 2], alpha: [0, 0.5] },
    output: true,
    rescaled: ({ a, alpha }, { C, L }) => ({ a: a! + alpha! * Math.log(C!) + Math.log(L!) }),
  },
  description:
    "Loss against compute without an irreducible part, A/C^alpha. (C/C_N)^alpha_N is the same curve with " +
    "alpha_N = -alpha and ln(C_N) = a/alpha.",
  source: "Kaplan et al. 2020, equation 1.3; Chen et al. 2025 (FLP), equation 1",
};
