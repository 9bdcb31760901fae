import type { BuiltInForm } from "../form.ts";

/** The number of experts, saturated below and above. */
const EFFECTIVE_EXPERTS = "(1/(1/(K - 1 + 1/(1/s - 1/m)) + 1/m))";

const saturation = {
  s: { lower: 1, upper: 20, description: "E_start, the saturated number of one expert" },
  m: { lower: 25, description: "E_max, the number that many experts saturate at" },
} as const;
const saturationStarts = { s: [1, 4], m: [50, 600] } as const;

/** Losses of mixtures of experts. */
export const expertLaws: readonly BuiltInForm[] = [
  {
    name: "routed-experts",
    expression: `L = 10^(a*log10(N) + b*log10${EFFECTIVE_EXPERTS} + c*log10(N)*log10${EFFECTIVE_EXPERTS} + d)`,
    parameters: {
      a: { description: "exponent of the model size" },
      b: { description: "exponent of the saturated number of experts" },
      c: { description: "how the one exponent changes with the other input" },
      d: { description: "decimal logarithm of the scale" },
      ...saturation,
    },
    variables: { N: "parameters of the model without experts", K: "number of experts" },
    startRanges: {
      default: { a: [-0.2, 0], b: [-0.3, 0], c: [-0.03, 0.03], d: [0, 2], ...saturationStarts },
    },
    units: {
      start: { a: [-0.2, 0], b: [-0.3, 0.1], c: [-0.05, 0.05], d: [-0.3, 0.5], ...saturationStarts },
      output: true,
      held: ["K"],
      rescaled: ({ a, b, c, d }, { N, L }) => ({
        b: b! - c! * Math.log10(N!),
        d: d! - a! * Math.log10(N!) + Math.log10(L!),
      }),
    },
    example: {
      parameters: { a: -0.082, b: -0.108, c: 0.009, d: 1.104, s: 1.85, m: 314 },
      inputs: { N: [1.5e7, 1.5e9], K: [1, 512] },
    },
    description:
      "Loss of routed language models by size and number of experts, linear and bilinear in their logarithms; the number saturates at both ends.",
    source: "Clark et al. 2022 (arXiv 2202.01169), the law with bounded numbers of experts",
  },

  {
    name: "granular-experts",
    expression: "L = exp(g - gamma*ln(G) - alpha*ln(N)) + exp(a - alpha*ln(N)) + exp(b - beta*ln(D)) + c",
    parameters: {
      g: { logarithm: true, description: "logarithm of the scale of the term of the granularity" },
      gamma: { lower: 0, description: "exponent of the granularity" },
      a: { logarithm: true, description: "logarithm of the scale of the model-size term" },
      alpha: { lower: 0, description: "exponent of the model size" },
      b: { logarithm: true, description: "logarithm of the scale of the data term" },
      beta: { lower: 0, description: "exponent of the training tokens" },
      c: { lower: 0, description: "irreducible loss" },
    },
    variables: {
      N: "model parameters",
      D: "training tokens",
      G: "granularity: how many times smaller an expert is than a feed-forward layer",
    },
    startRanges: {
      default: {
        g: [-2, 5],
        gamma: [0, 1.5],
        a: [0, 10],
        alpha: [0, 1],
        b: [0, 10],
        beta: [0, 1],
        c: [0, 3],
      },
    },
    units: {
      start: { g: [-4, 1], gamma: [0, 1.5], a: [-4, 1], alpha: [0, 1], b: [-4, 1], beta: [0, 1], c: [0, 1] },
      output: true,
      rescaled: ({ g, gamma, a, alpha, b, beta, c }, { N, D, G, L }) => ({
        g: g! + gamma! * Math.log(G!) + alpha! * Math.log(N!) + Math.log(L!),
        a: a! + alpha! * Math.log(N!) + Math.log(L!),
        b: b! + beta! * Math.log(D!) + Math.log(L!),
        c: c! * L!,
      }),
    },
    example: {
      parameters: { g: 0.74, gamma: 0.58, a: 2.9, alpha: 0.115, b: 3.43, beta: 0.147, c: 0.47 },
      inputs: { N: [6e7, 4e9], D: [1e9, 7e10], G: [1, 16] },
    },
    description:
      "Loss of mixtures of fine-grained experts: c + (g/G^gamma + a)/N^alpha + b/D^beta, with the granularity G.",
    source: "Krajewski et al. 2024 (arXiv 2402.07871), the scaling law with granularity",
  },

  {
    name: "joint-experts",
    expression:
      `L = exp(a + delta*ln${EFFECTIVE_EXPERTS} - (alpha + gamma*ln${EFFECTIVE_EXPERTS})*ln(N))` +
      ` + exp(b + omega*ln${EFFECTIVE_EXPERTS} - (beta + zeta*ln${EFFECTIVE_EXPERTS})*ln(D)) + c`,
    parameters: {
      a: { logarithm: true, description: "logarithm of the scale of the model-size term" },
      delta: { description: "exponent of the saturated number of experts in it" },
      alpha: { description: "exponent of the active parameters, with the opposite sign of the paper's" },
      gamma: { description: "its change with the logarithm of the number of experts, likewise" },
      b: { logarithm: true, description: "logarithm of the scale of the data term" },
      omega: { description: "exponent of the saturated number of experts in it" },
      beta: { description: "exponent of the training tokens, with the opposite sign of the paper's" },
      zeta: { description: "its change with the logarithm of the number of experts, likewise" },
      c: { lower: 0, description: "irreducible loss" },
      ...saturation,
    },
    variables: { N: "active parameters", D: "training tokens", K: "number of experts" },
    startRanges: {
      default: {
        ...{ a: [0, 8], delta: [-0.5, 0.5], alpha: [0, 0.6], gamma: [-0.04, 0.04] },
        ...{ b: [0, 8], omega: [-1, 0.5], beta: [0, 0.6], zeta: [-0.04, 0.04], c: [0, 3] },
        ...saturationStarts,
      },
    },
    units: {
      start: {
        ...{ a: [-4, 1], delta: [-0.3, 0.3], alpha: [0, 0.6], gamma: [-0.05, 0.05] },
        ...{ b: [-4, 1], omega: [-0.3, 0.3], beta: [0, 0.6], zeta: [-0.05, 0.05], c: [0, 1] },
        ...saturationStarts,
      },
      output: true,
      held: ["K"],
      rescaled: (p, { N, D, L }) => ({
        a: p.a! + p.alpha! * Math.log(N!) + Math.log(L!),
        delta: p.delta! + p.gamma! * Math.log(N!),
        b: p.b! + p.beta! * Math.log(D!) + Math.log(L!),
        omega: p.omega! + p.zeta! * Math.log(D!),
        c: p.c! * L!,
      }),
    },
    example: {
      parameters: {
        ...{ a: 3.58, delta: 0.2285, alpha: 0.1889, gamma: 0.0098 },
        ...{ b: 3.58, omega: -0.5529, beta: 0.1775, zeta: -0.0259, c: 1.36, s: 2.07, m: 290 },
      },
      inputs: { N: [5e7, 3e9], D: [1e9, 2e11], K: [1, 256] },
    },
    description:
      "Loss of dense models and mixtures of experts by active parameters, tokens and number of experts, which changes scales and exponents.",
    source: "Ludziejewski et al. 2025 (arXiv 2502.05172), the joint scaling law",
  },
];
