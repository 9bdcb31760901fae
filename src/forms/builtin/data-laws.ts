import type { BuiltInForm } from "../form.ts";
import {
  sizeAndTokens,
  sizeAndTokensRanges,
  sizeAndTokensRescaled,
  sizeAndTokensStarts,
} from "./size-and-tokens.ts";

/** Tokens of which each repetition counts for less than the one before, as many as that many unique ones. */
const EFFECTIVE_TOKENS = "ln(U + U*r*(1 - exp(-(D/U - 1)/r)))";

const repetition = {
  lower: 0.01,
  description: "R_D*, the number of repetitions after which their value has fallen to 1/e",
} as const;

/** Losses by how the training data were chosen: repeated, over-trained, from another domain. */
export const dataLaws: readonly BuiltInForm[] = [
  {
    name: "repeated-data",
    expression: `L = exp(a - alpha*ln(N)) + exp(b - beta*${EFFECTIVE_TOKENS}) + E`,
    parameters: { ...sizeAndTokens, r: repetition },
    variables: { N: "model parameters", D: "training tokens, repeated ones included", U: "unique tokens" },
    startRanges: { default: { ...sizeAndTokensRanges, r: [1, 40] } },
    units: {
      start: { ...sizeAndTokensStarts, r: [1, 40] },
      output: true,
      together: [["D", "U"]],
      rescaled: sizeAndTokensRescaled,
    },
    example: {
      parameters: { a: 6.26, b: 7.31, alpha: 0.353, beta: 0.353, E: 1.87, r: 15.4 },
      inputs: { N: [1e8, 1e10], D: [4e9, 4e11], U: [2e8, 4e9] },
    },
    description:
      "Loss on repeated data: chinchilla's law of D' = U + U R (1 - exp(-(D/U - 1)/R)) tokens, where U of the D tokens are unique.",
    source: "Muennighoff et al. 2023 (arXiv 2305.16264), section 3.1, without excess parameters",
  },

  {
    name: "repeated-data-excess",
    expression: `L = exp(a - alpha*ln(M + M*s*(1 - exp(-(N/M - 1)/s)))) + exp(b - beta*${EFFECTIVE_TOKENS}) + E`,
    parameters: {
      ...sizeAndTokens,
      r: repetition,
      s: { lower: 0.01, description: "R_N*, the same of the excess of parameters, N/M - 1" },
    },
    variables: {
      N: "model parameters",
      M: "those of them that the unique tokens are worth: the smaller of N and the compute-optimal size for U tokens",
      D: "training tokens, repeated ones included",
      U: "unique tokens",
    },
    startRanges: { default: { ...sizeAndTokensRanges, r: [1, 40], s: [1, 40] } },
    units: {
      start: { ...sizeAndTokensStarts, r: [1, 40], s: [1, 40] },
      output: true,
      together: [
        ["N", "M"],
        ["D", "U"],
      ],
      rescaled: sizeAndTokensRescaled,
    },
    example: {
      parameters: { a: 6.26, b: 7.31, alpha: 0.353, beta: 0.353, E: 1.87, r: 15.4, s: 5.3 },
      inputs: { N: [4e8, 1e10], M: [4e7, 4e8], D: [4e9, 4e11], U: [2e8, 4e9] },
    },
    description:
      "Loss on repeated data of models that may have more parameters than the unique data are worth, both with returns that diminish.",
    source: "Muennighoff et al. 2023 (arXiv 2305.16264), section 3.1",
  },

  {
    name: "over-training",
    expression: "L = exp(a - eta*ln(C) + eta*ln(M)) + exp(b - eta*ln(C) - eta*ln(M)) + E",
    parameters: {
      a: {
        logarithm: true,
        description: "logarithm of the scale of the term that grows with the tokens per parameter",
      },
      b: { logarithm: true, description: "logarithm of the scale of the term that falls with them" },
      eta: { lower: 0, description: "exponent of the compute" },
      E: { lower: 0, description: "irreducible loss" },
    },
    variables: { C: "training compute, FLOPs", M: "tokens per parameter" },
    startRanges: { default: { a: [0, 12], b: [0, 12], eta: [0, 0.5], E: [0, 3] } },
    units: {
      start: { a: [-4, 1], b: [-4, 1], eta: [0, 0.5], E: [0, 1] },
      output: true,
      rescaled: ({ a, b, eta, E }, { C, M, L }) => ({
        a: a! + eta! * (Math.log(C!) - Math.log(M!)) + Math.log(L!),
        b: b! + eta! * (Math.log(C!) + Math.log(M!)) + Math.log(L!),
        E: E! * L!,
      }),
    },
    example: {
      parameters: { a: 4.9, b: 5.2, eta: 0.12, E: 1.8 },
      inputs: { C: [1e18, 1e22], M: [5, 640] },
    },
    description:
      "Loss of models trained on M tokens per parameter with C FLOPs: E + (a M^eta + b M^-eta) C^-eta, chinchilla's law of equal exponents 2 eta.",
    source: "Gadre et al. 2024 (arXiv 2403.08540), equation 4",
  },

  {
    name: "continual-pretraining",
    expression: "L = exp(a - alpha*ln(N)) + exp(b + eta*ln(r) - beta*ln(D)) + exp(c - gamma*ln(r + g)) + E",
    parameters: {
      ...sizeAndTokens,
      eta: { description: "exponent of the share in the data term" },
      c: { logarithm: true, description: "logarithm of C, the scale of the term of the share alone" },
      gamma: { lower: 0, description: "exponent of that term" },
      g: { lower: 1e-3, upper: 10, description: "epsilon, what is added to the share" },
    },
    variables: {
      N: "model parameters",
      D: "tokens of the continued training",
      r: "share of the corpus whose loss it is, above 0 and at most 1",
    },
    startRanges: {
      default: { ...sizeAndTokensRanges, eta: [0, 1], c: [-4, 1], gamma: [0, 2], g: [0.01, 1] },
    },
    units: {
      start: { ...sizeAndTokensStarts, eta: [0, 1], c: [-4, 1], gamma: [0, 2], g: [0.01, 1] },
      output: true,
      held: ["r"],
      rescaled: (p, by) => ({ ...sizeAndTokensRescaled(p, by), c: p.c! + Math.log(by.L!) }),
    },
    example: {
      parameters: { a: 6.3, b: 6.5, alpha: 0.34, beta: 0.28, E: 1.1, eta: 0.4, c: -1.2, gamma: 0.6, g: 0.1 },
      inputs: { N: [3e8, 8e9], D: [1e9, 5e10], r: [0.01, 1] },
    },
    description:
      "Loss after continual pre-training on a mixture with the share r of a domain (D-CPT): E + A/N^alpha + B r^eta/D^beta + C/(r + g)^gamma.",
    source: "Que et al. 2024 (arXiv 2406.01375), the D-CPT law",
  },
];
