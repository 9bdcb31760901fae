import type { BuiltInForm } from "../form.ts";
import {
  sizeAndTokens,
  sizeAndTokensRanges,
  sizeAndTokensRescaled,
  sizeAndTokensStarts,
} from "./size-and-tokens.ts";

/** Losses by how a model is built and run: precision of its numbers, vocabulary; and two curves with more freedom. */
export const modelLaws: readonly BuiltInForm[] = [
  {
    name: "precision",
    expression:
      "L = exp(a - alpha*ln(N*(1 - exp(-W/w))*(1 - exp(-A/u))*(1 - exp(-K/k)))) + exp(b - beta*ln(D)) + E",
    parameters: {
      ...sizeAndTokens,
      w: { lower: 0.05, description: "gamma_w, bits of the weights at which the size counts for 63 %" },
      u: { lower: 0.05, description: "gamma_a, the same of the activations" },
      k: { lower: 0.05, description: "gamma_kv, the same of the key-value cache" },
    },
    variables: {
      N: "model parameters",
      D: "training tokens",
      W: "bits of the weights in training",
      A: "bits of the activations",
      K: "bits of the key-value cache",
    },
    startRanges: { default: { ...sizeAndTokensRanges, w: [0.3, 5], u: [0.3, 5], k: [0.3, 5] } },
    units: {
      start: { ...sizeAndTokensStarts, w: [0.3, 5], u: [0.3, 5], k: [0.3, 5] },
      output: true,
      held: ["W", "A", "K"],
      rescaled: sizeAndTokensRescaled,
    },
    example: {
      parameters: { a: 8.4, b: 9.8, alpha: 0.5, beta: 0.5, E: 2.76, w: 2.67, u: 2.21, k: 0.96 },
      inputs: { N: [3e7, 1e9], D: [1.5e9, 3e10], W: [3, 12], A: [3, 12], K: [3, 12] },
    },
    description:
      "Loss of models trained in low precision: chinchilla's law of N (1 - exp(-W/w)) (1 - exp(-A/u)) (1 - exp(-K/k)) effective parameters.",
    source: "Kumar et al. 2024 (arXiv 2411.04330), the law of training in low precision",
  },

  {
    name: "post-training-precision",
    expression: "delta = exp(c + d*ln(D) - n*ln(N) - P/p)",
    parameters: {
      c: { logarithm: true, description: "logarithm of C_T, the scale" },
      d: { description: "gamma_D, exponent of the training tokens" },
      n: { description: "gamma_N, exponent of the model size" },
      p: { lower: 0.01, description: "gamma_post, bits by which the loss falls to 1/e" },
    },
    variables: { N: "model parameters", D: "training tokens", P: "bits of the weights after training" },
    startRanges: { default: { c: [-10, 5], d: [0, 1], n: [0, 1], p: [0.2, 3] } },
    units: {
      start: { c: [-2, 10], d: [0, 1], n: [0, 1], p: [0.2, 3] },
      output: true,
      held: ["P"],
      rescaled: ({ c, d, n }, { N, D, delta }) => ({
        c: c! - d! * Math.log(D!) + n! * Math.log(N!) + Math.log(delta!),
      }),
    },
    example: {
      parameters: { c: -2.8, d: 0.507, n: 0.344, p: 0.59 },
      inputs: { N: [3e7, 1e9], D: [1.5e9, 3e10], P: [3, 6] },
    },
    description:
      "Loss that quantisation to P bits after training adds: C_T D^gamma_D/N^gamma_N exp(-P/gamma_post), more for models trained longer.",
    source: "Kumar et al. 2024 (arXiv 2411.04330), the law of post-training quantisation",
  },

  {
    name: "vocabulary",
    expression: "L = exp(a - alpha*ln(N)) + exp(c - gamma*ln(V)) + exp(b - beta*ln(D)) + E",
    parameters: {
      a: { logarithm: true, description: "logarithm of A1, the scale of the term of the other parameters" },
      alpha: { lower: 0, description: "alpha1, their exponent" },
      c: { logarithm: true, description: "logarithm of A2, the scale of the vocabulary's term" },
      gamma: { lower: 0, description: "alpha2, exponent of the vocabulary's parameters" },
      b: { logarithm: true, description: "logarithm of B, the scale of the data term" },
      beta: { lower: 0, description: "exponent of the training characters" },
      E: { description: "offset; -E in the paper, whose loss is below that of a unigram model" },
    },
    variables: {
      N: "parameters without those of the vocabulary",
      V: "parameters of the vocabulary: its size times the width",
      D: "training characters",
    },
    startRanges: {
      default: { a: [0, 12], alpha: [0, 1], c: [0, 12], gamma: [0, 1], b: [0, 15], beta: [0, 1], E: [-6, 3] },
    },
    units: {
      start: { a: [-4, 1], alpha: [0, 1], c: [-4, 1], gamma: [0, 1], b: [-4, 1], beta: [0, 1], E: [-3, 1] },
      output: true,
      rescaled: ({ a, alpha, c, gamma, b, beta, E }, { N, V, D, L }) => ({
        a: a! + alpha! * Math.log(N!) + Math.log(L!),
        c: c! + gamma! * Math.log(V!) + Math.log(L!),
        b: b! + beta! * Math.log(D!) + Math.log(L!),
        E: E! * L!,
      }),
    },
    example: {
      parameters: { a: 7.5, alpha: 0.447, c: 7.2, gamma: 0.55, b: 8.9, beta: 0.458, E: 0.6 },
      inputs: { N: [3e7, 3e9], V: [2e6, 2e8], D: [2e9, 5e11] },
    },
    description:
      "Loss, relative to a unigram model, by parameters without vocabulary, parameters of the vocabulary and characters, a power of each.",
    source: "Tao et al. 2024 (arXiv 2407.13623), the parametric fit of approach 3",
  },

  // Its exponents follow no unit of the tokens: D to a power that depends on N.
  {
    name: "farseer",
    expression: "L = exp(s*N^q + S) + exp(B*N^b + Q)*D^(-exp(A*N^a + E))",
    parameters: {
      s: { description: "scale in the exponent of the model-size term" },
      q: { lower: 0.001, upper: 1, description: "its exponent of the model size" },
      S: { description: "offset in it" },
      B: { lower: 0, description: "scale in the exponent of the data term's scale" },
      b: { lower: -1, upper: -0.001, description: "its exponent of the model size" },
      Q: { description: "offset in it" },
      A: { description: "scale in the logarithm of the exponent of the tokens" },
      a: { lower: 0.001, upper: 1, description: "its exponent of the model size" },
      E: { description: "offset in it" },
    },
    variables: { N: "model parameters", D: "training tokens" },
    startRanges: {
      default: {
        ...{ s: [-1, 0.3], q: [0.01, 0.5], S: [-1, 1], B: [10, 1000], b: [-0.6, -0.01] },
        ...{ Q: [-5, 1], A: [-5, 1], a: [0.001, 0.25], E: [1, 6] },
      },
    },
    example: {
      parameters: { s: -0.4, q: 0.07, S: 0.8, B: 80, b: -0.12, Q: -2.5, A: -0.9, a: 0.055, E: 1.6 },
      inputs: { N: [2e8, 7e9], D: [2e9, 5e11] },
    },
    description:
      "Loss by size and tokens, with a data term whose scale and exponent depend on the size: exp(s N^q + S) + exp(B N^b + Q) D^-exp(A N^a + E).",
    source: "Li et al. 2025 (arXiv 2506.10972), Farseer",
  },

  {
    name: "broken-power-law",
    expression: "y = exp(b - c0*ln(x) - c1*f*ln(1 + exp((ln(x) - d)/f))) + a",
    parameters: {
      a: { description: "value that the curve tends to" },
      b: { logarithm: true, description: "logarithm of the scale" },
      c0: { description: "exponent before the break" },
      c1: { description: "change of the exponent at the break" },
      d: { logarithm: true, description: "logarithm of d1, where the break is" },
      f: { lower: 0.01, upper: 20, description: "f1, the width of the break in ln(x)" },
    },
    variables: { x: "what is scaled: parameters, tokens or compute" },
    startRanges: {
      default: { a: [0, 3], b: [0, 12], c0: [0, 0.5], c1: [-0.5, 0.5], d: [10, 50], f: [0.1, 3] },
    },
    units: {
      start: { a: [-1, 1], b: [-4, 2], c0: [0, 0.5], c1: [-0.5, 0.5], d: [-5, 5], f: [0.1, 3] },
      output: true,
      rescaled: ({ a, b, c0, d }, { x, y }) => ({
        a: a! * y!,
        b: b! + c0! * Math.log(x!) + Math.log(y!),
        d: d! + Math.log(x!),
      }),
    },
    example: {
      parameters: { a: 0.4, b: 3.2, c0: 0.06, c1: 0.25, d: 46.5, f: 0.7 },
      inputs: { x: [1e16, 1e25] },
    },
    description:
      "A power law with one smooth break: a + b x^-c0 (1 + (x/d1)^(1/f1))^(-c1 f1), on a loss or a score.",
    source: "Caballero et al. 2023 (arXiv 2210.14891), equation 1 with n = 1",
  },
];
