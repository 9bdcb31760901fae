import type { FormRecord } from "../form.ts";

export const kaplan: FormRecord = {
  name: "kaplan",
  expression: "L = exp(beta*ln(exp(a - r*ln(N)) + exp(b - ln(D))))",
  parameters: {
    a: { logarithm: true, description: "r times the logarithm of A, the scale of the model size" },
    r: { lower: 0, description: "alpha/beta, the ratio of the exponents of model size and tokens" },
    b: { logarithm: true, description: "logarithm of B, the scale of the tokens" },
    beta: { lower: 0, description: "exponent of the training tokens" },
  },
  variables: { N: "model parameters", D: "training tokens" },
  startRanges: { default: { a: [5, 30], r: [0.3, 2], b: [10, 25], beta: [0.05, 1] } },
  units: {
    start: { a: [-6, 4], r: [0.3, 2], b: [-6, 4], beta: [0.05, 1] },
    output: true,
    rescaled: ({ a, r, b, beta }, { N, D, L }) => ({
      a: a! + r! * Math.log(N!) + Math.log(L!) / beta!,
      b: b! + Math.log(D!) + Math.log(L!) / beta!,
    }),
  },
  description:
    "Loss of a model of N parameters trained on D tokens, both under one power: ((A/N)^(alpha/beta) + B/D)^beta. The ratio " +
    "r of the exponents is a parameter in place of alpha, and a = r ln A, with which the solver finds the best from nearly every start.",
  source: "Kaplan et al. 2020, equation 1.5; Brandfonbrener et al. 2024, equation 2",
};
