import type { FormRecord } from "../form.ts";

export const chinchilla: FormRecord = {
  name: "chinchilla",
  expression: "L = exp(a - alpha*ln(N)) + exp(b - beta*ln(D)) + E",
  parameters: {
    a: { logarithm: true, description: "logarithm of A, the scale of the model-size term" },
    b: { logarithm: true, description: "logarithm of B, the scale of the data term" },
    alpha: { lower: 0, description: "exponent of the model size" },
    beta: { lower: 0, description: "exponent of the training tokens" },
    E: { lower: 0, description: "irreducible loss" },
  },
  variables: { N: "model parameters", D: "training tokens" },
  startRanges: {
    default: { a: [0, 15], b: [0, 15], alpha: [0, 1], beta: [0, 1], E: [0, 1.5] },
  },
  units: {
    start: { a: [-4, 1], b: [-4, 1], alpha: [0, 1], beta: [0, 1], E: [0, 1] },
    output: true,
    rescaled: ({ a, b, alpha, beta, E }, { N, D, L }) => ({
      a: a! + alpha! * Math.log(N!) + Math.log(L!),
      b: b! + beta! * Math.log(D!) + Math.log(L!),
      E: E! * L!,
    }),
  },
  description: "Loss of a model of N parameters trained on D tokens: A/N^alpha + B/D^beta + E.",
  source: "Hoffmann et al. 2022, equation 2; Bhagia et al. 2024, equation 1",
};
