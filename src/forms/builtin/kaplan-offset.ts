import type { FormRecord } from "../form.ts";

export const kaplanOffset: FormRecord = {
  name: "kaplan-offset",
  expression: "L = exp(beta*ln(exp(a - r*ln(N)) + exp(b - ln(D)))) + E",
  parameters: {
    a: { logarithm: true, description: "r times the logarithm of A, the scale of the model size" },
    r: { lower: 0, description: "alpha/beta, the ratio of the exponents of model size and tokens" },
    b: { logarithm: true, description: "logarithm of B, the scale of the tokens" },
    beta: { lower: 0, description: "exponent of the training tokens" },
    E: { lower: 0, description: "irreducible loss" },
  },
  variables: { N: "model parameters", D: "training tokens" },
  startRanges: { default: { a: [5, 30], r: [0.3, 2], b: [10, 25], beta: [0.05, 1], E: [0, 3] } },
  units: {
    start: { a: [-6, 4], r: [0.3, 2], b: [-6, 4], beta: [0.05, 1], E: [0, 1] },
    output: true,
    rescaled: ({ a, r, b, beta, E }, { N, D, L }) => ({
      a: a! + r! * Math.log(N!) + Math.log(L!) / beta!,
      b: b! + Math.log(D!) + Math.log(L!) / beta!,
      E: E! * L!,
    }),
  },
  description:
    "The form `kaplan` with an irreducible loss: E + ((A/N)^(alpha/beta) + B/D)^beta, which stays of its kind under a " +
    "shifted power law between losses.",
  source: "Brandfonbrener et al. 2024, equation 3",
};
