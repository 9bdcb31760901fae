import type { FormRecord } from "../form.ts";

export const singleStep: FormRecord = {
  name: "single-step",
  expression: "accuracy = p/(1 + exp(-(exp(a)/N^alpha + exp(b)/D^beta + E))) + q",
  parameters: {
    a: { logarithm: true, description: "logarithm of A, the scale of the model-size term" },
    b: { logarithm: true, description: "logarithm of B, the scale of the data term" },
    alpha: { lower: 0, description: "exponent of the model size" },
    beta: { lower: 0, description: "exponent of the training tokens" },
    E: { description: "offset inside the sigmoid" },
    p: { lower: -1, upper: 0, description: "chance level minus the best accuracy" },
    q: { lower: 0, upper: 1, description: "best accuracy" },
  },
  variables: { N: "model parameters", D: "training tokens" },
  startRanges: {
    default: { a: [0, 15], b: [0, 15], alpha: [0, 1], beta: [0, 1], E: [-5, 2], p: [-1, 0], q: [0, 1] },
  },
  units: {
    start: { a: [-4, 2], b: [-4, 2], alpha: [0, 1], beta: [0, 1], E: [-5, 2], p: [-1, 0], q: [0, 1] },
    output: false,
    rescaled: ({ a, b, alpha, beta }, { N, D }) => ({
      a: a! + alpha! * Math.log(N!),
      b: b! + beta! * Math.log(D!),
    }),
  },
  description: "Accuracy straight from size and tokens: a sigmoid of A/N^alpha + B/D^beta + E.",
  source: "Bhagia et al. 2024, equation 6",
};
