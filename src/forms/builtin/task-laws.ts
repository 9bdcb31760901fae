import type { BuiltInForm } from "../form.ts";

/** Scores of tasks by size, compute, loss or the number of attempts. */
export const taskLaws: readonly BuiltInForm[] = [
  {
    name: "negative-log-score",
    expression: "accuracy = exp(-(exp(a - alpha*ln(N)) + exp(b - beta*ln(D))))",
    parameters: {
      a: { logarithm: true, description: "logarithm of A, the scale of the model-size term" },
      b: { logarithm: true, description: "logarithm of B, the scale of the data term" },
      alpha: { lower: 0, description: "exponent of the model size" },
      beta: { lower: 0, description: "exponent of the training tokens" },
    },
    variables: { N: "model parameters", D: "training tokens" },
    startRanges: { default: { a: [0, 15], b: [0, 15], alpha: [0, 1], beta: [0, 1] } },
    units: {
      start: { a: [-4, 1], b: [-4, 1], alpha: [0, 1], beta: [0, 1] },
      output: false,
      rescaled: ({ a, b, alpha, beta }, { N, D }) => ({
        a: a! + alpha! * Math.log(N!),
        b: b! + beta! * Math.log(D!),
      }),
    },
    example: {
      parameters: { a: 6.1, b: 6.4, alpha: 0.33, beta: 0.29 },
      inputs: { N: [1e8, 2e10], D: [2e9, 4e11] },
    },
    description:
      "Score by size and tokens, -ln Q = A/N^alpha + B/D^beta. The law in compute, -ln Q = A/C^alpha, is `compute-negative-log-score`.",
    source: "Krajewski et al. 2025 (arXiv 2512.08894), the law in parameters and tokens",
  },

  {
    name: "pass-at-k",
    expression: "coverage = exp(-exp(a - b*ln(k)))",
    parameters: {
      a: { logarithm: true, description: "logarithm of -ln(coverage) of one attempt" },
      b: { description: "exponent of the number of attempts" },
    },
    variables: { k: "number of attempts" },
    startRanges: { default: { a: [-2, 2], b: [0, 1] } },
    units: {
      start: { a: [-3, 2], b: [0, 1] },
      output: false,
      rescaled: ({ a, b }, { k }) => ({ a: a! + b! * Math.log(k!) }),
    },
    example: { parameters: { a: 0.6, b: 0.35 }, inputs: { k: [1, 1000] } },
    description:
      "Share of problems that at least one of k attempts solves (pass@k): -ln(coverage) is a power of k.",
    source: "Brown et al. 2024 (arXiv 2407.21787), the exponentiated power law of coverage",
  },

  {
    name: "pass-at-k-compute",
    expression: "coverage = exp(-exp(a - alpha*ln(C) - beta*ln(k) + delta*ln(C)*ln(k)))",
    parameters: {
      a: { logarithm: true, description: "logarithm of the scale" },
      alpha: { description: "exponent of the compute at one attempt, with the opposite sign of the paper's" },
      beta: { description: "exponent of the number of attempts, likewise" },
      delta: { description: "how the one exponent changes with the other input" },
    },
    variables: { C: "training compute, FLOPs", k: "number of attempts" },
    startRanges: { default: { a: [0, 15], alpha: [0, 0.5], beta: [-1, 1], delta: [-0.02, 0.02] } },
    units: {
      start: { a: [-3, 2], alpha: [0, 0.5], beta: [-0.5, 1], delta: [-0.05, 0.05] },
      output: false,
      rescaled: ({ a, alpha, beta, delta }, { C, k }) => {
        const [c, q] = [Math.log(C!), Math.log(k!)];
        return {
          a: a! + alpha! * c + beta! * q + delta! * c * q,
          alpha: alpha! + delta! * q,
          beta: beta! + delta! * c,
        };
      },
    },
    example: {
      parameters: { a: 8.1, alpha: 0.165, beta: -0.4, delta: -0.013 },
      inputs: { C: [1e19, 1e22], k: [1, 100] },
    },
    description:
      "pass@k by compute and attempts, the logarithm of -ln(pass@k) linear and bilinear in their logarithms.",
    source: "Krajewski et al. 2025 (arXiv 2512.08894), the law of pass@k",
  },

  {
    name: "loss-to-error",
    expression: "error = e - exp(k - gamma*L)",
    parameters: {
      e: { lower: 0, description: "epsilon, the error at large loss" },
      k: { logarithm: true, description: "logarithm of the scale" },
      gamma: { lower: 0, description: "how fast the error rises with the loss" },
    },
    variables: { L: "loss" },
    startRanges: { default: { e: [0, 1], k: [-2, 4], gamma: [0, 2] } },
    units: {
      start: { e: [0, 1], k: [-3, 3], gamma: [0, 4] },
      output: false,
      rescaled: ({ gamma }, { L }) => ({ gamma: gamma! / L! }),
    },
    example: { parameters: { e: 0.86, k: 1.2, gamma: 0.9 }, inputs: { L: [2, 5] } },
    description: "Error on tasks, averaged over many, from the loss: e - k exp(-gamma L).",
    source: "Gadre et al. 2024 (arXiv 2403.08540), equation 5",
  },
];
