import type { BuiltInForm } from "../form.ts";

/** Best settings of a training run by size and tokens. */
export const trainingLaws: readonly BuiltInForm[] = [
  {
    name: "learning-rate",
    expression: "lr = exp(c + alpha*ln(N) + beta*ln(D))",
    parameters: {
      c: { logarithm: true, description: "logarithm of the scale" },
      alpha: { description: "exponent of the model size; larger models take smaller rates" },
      beta: { description: "exponent of the training tokens" },
    },
    variables: { N: "model parameters", D: "training tokens" },
    startRanges: { default: { c: [-5, 5], alpha: [-1, 0], beta: [0, 1] } },
    units: {
      start: { c: [-1, 1], alpha: [-1, 1], beta: [-1, 1] },
      output: true,
      rescaled: ({ c, alpha, beta }, { N, D, lr }) => ({
        c: c! - alpha! * Math.log(N!) - beta! * Math.log(D!) + Math.log(lr!),
      }),
    },
    example: {
      parameters: { c: 0.58, alpha: -0.713, beta: 0.307 },
      inputs: { N: [6e7, 4e9], D: [2e9, 2e11] },
    },
    description: "Best learning rate by size and tokens: 1.79 N^-0.713 D^0.307 in the Step Law.",
    source: "Li et al. 2025 (arXiv 2503.04715), the Step Law",
  },

  {
    name: "batch-size",
    expression: "B = exp(c + beta*ln(D))",
    parameters: {
      c: { logarithm: true, description: "logarithm of the scale" },
      beta: { description: "exponent of the training tokens" },
    },
    variables: { D: "training tokens" },
    startRanges: { default: { c: [-5, 5], beta: [0, 1] } },
    units: {
      start: { c: [-1, 1], beta: [-1, 1] },
      output: true,
      rescaled: ({ c, beta }, { D, B }) => ({ c: c! - beta! * Math.log(D!) + Math.log(B!) }),
    },
    example: { parameters: { c: -0.545, beta: 0.571 }, inputs: { D: [2e9, 2e11] } },
    description:
      "Best batch size in tokens, which depends on the training tokens alone: 0.58 D^0.571 in the Step Law.",
    source: "Li et al. 2025 (arXiv 2503.04715), the Step Law",
  },
];
