import type { FormRecord } from "../form.ts";

export const powerLawOffset: FormRecord = {
  name: "power-law-offset",
  expression: "L = exp(a - alpha*ln(C)) + E",
  parameters: {
    a: { logarithm: true, description: "logarithm of A, the scale" },
    alpha: { lower: 0, upper: 1, description: "exponent of the compute" },
    E: { lower: 0, description: "irreducible loss" },
  },
  variables: { C: "training compute, FLOPs" },
  startRanges: { default: { a: [0, 15], alpha: [0, 0.5], E: [0, 1.5] } },
  units: {
    start: { a: [-4, 1], alpha: [0, 0.5], E: [0, 1] },
    output: true,
    rescaled: ({ a, alpha, E }, { C, L }) => ({ a: a! + alpha! * Math.log(C!) + Math.log(L!), E: E! * L! }),
  },
  description: "Loss against compute with an irreducible part: A/C^alpha + E.",
  source: "Bhagia et al. 2024, section 6.1",
};
