import type { BestSize, BuiltInForm, FormRecord, FormUnits } from "../form.ts";
import {
  sizeAndTokens,
  sizeAndTokensRanges,
  sizeAndTokensRescaled,
  sizeAndTokensStarts,
} from "./size-and-tokens.ts";

/** The common part of the forms of Kaplan's law. */
const kaplanParameters: FormRecord["parameters"] = {
  a: { logarithm: true, description: "r times the logarithm of A, the scale of the model size" },
  r: { lower: 0, description: "alpha/beta, the ratio of the exponents of model size and tokens" },
  b: { logarithm: true, description: "logarithm of B, the scale of the tokens" },
  beta: { lower: 0, description: "exponent of the training tokens" },
};
const kaplanRanges = { a: [5, 30], r: [0.3, 2], b: [10, 25], beta: [0.05, 1] } as const;
const kaplanStarts = { a: [-6, 4], r: [0.3, 2], b: [-6, 4], beta: [0.05, 1] } as const;
const kaplanRescaled: FormUnits["rescaled"] = ({ a, r, b, beta }, { N, D, L }) => ({
  a: a! + r! * Math.log(N!) + Math.log(L!) / beta!,
  b: b! + Math.log(D!) + Math.log(L!) / beta!,
});

/** The base of Kaplan's power is smallest where the derivative of e^a N^-r + e^b 6N/C is 0. */
const oneTermInside: BestSize = ({ a, b, r }, c) => {
  const exponent = 1 / (1 + r!);
  return { exponent, n: Math.exp(exponent * (Math.log(r!) + a! - b! + Math.log(c / 6))) };
};

/** Losses by model size, training tokens, compute, or by another loss. */
export const lossLaws: readonly BuiltInForm[] = [
  {
    name: "chinchilla",
    expression: "L = exp(a - alpha*ln(N)) + exp(b - beta*ln(D)) + E",
    parameters: sizeAndTokens,
    variables: { N: "model parameters", D: "training tokens" },
    startRanges: { default: { ...sizeAndTokensRanges, E: [0, 1.5] } },
    units: { start: sizeAndTokensStarts, output: true, rescaled: sizeAndTokensRescaled },
    // d/dN of A N^-alpha + B (6N/C)^beta is 0.
    bestSize({ a, b, alpha, beta }, c) {
      const exponent = beta! / (alpha! + beta!);
      const logarithm = (Math.log(alpha! / beta!) + a! - b!) / (alpha! + beta!);
      return { exponent, n: Math.exp(logarithm + exponent * Math.log(c / 6)) };
    },
    example: {
      parameters: { a: 5.2, b: 6.1, alpha: 0.31, beta: 0.27, E: 0.55 },
      inputs: { N: [1e8, 1e10], D: [1e9, 1e12] },
    },
    description: "Loss of a model of N parameters trained on D tokens: A/N^alpha + B/D^beta + E.",
    source: "Hoffmann et al. 2022, equation 2; Bhagia et al. 2024, equation 1",
  },

  {
    name: "kaplan",
    expression: "L = exp(beta*ln(exp(a - r*ln(N)) + exp(b - ln(D))))",
    parameters: kaplanParameters,
    variables: { N: "model parameters", D: "training tokens" },
    startRanges: { default: kaplanRanges },
    units: { start: kaplanStarts, output: true, rescaled: kaplanRescaled },
    bestSize: oneTermInside,
    example: {
      parameters: { a: 16.2, r: 0.9, b: 20.7, beta: 0.22 },
      inputs: { N: [1e8, 1e10], D: [1e9, 1e12] },
    },
    description:
      "Loss of a model of N parameters trained on D tokens, both under one power: ((A/N)^(alpha/beta) + B/D)^beta. The ratio " +
      "r of the exponents is a parameter in place of alpha, and a = r ln A, with which the solver finds the best from nearly every start.",
    source: "Kaplan et al. 2020, equation 1.5; Brandfonbrener et al. 2024, equation 2",
  },

  {
    name: "kaplan-offset",
    expression: "L = exp(beta*ln(exp(a - r*ln(N)) + exp(b - ln(D)))) + E",
    parameters: { ...kaplanParameters, E: { lower: 0, description: "irreducible loss" } },
    variables: { N: "model parameters", D: "training tokens" },
    startRanges: { default: { ...kaplanRanges, E: [0, 3] } },
    units: {
      start: { ...kaplanStarts, E: [0, 1] },
      output: true,
      rescaled: (p, by) => ({ ...kaplanRescaled(p, by), E: p.E! * by.L! }),
    },
    bestSize: oneTermInside,
    example: {
      parameters: { a: 16.2, r: 0.9, b: 20.7, beta: 0.48, E: 1.6 },
      inputs: { N: [1e8, 1e10], D: [1e9, 1e12] },
    },
    description:
      "The form `kaplan` with an irreducible loss: E + ((A/N)^(alpha/beta) + B/D)^beta, which stays of its kind under a " +
      "shifted power law between losses.",
    source: "Brandfonbrener et al. 2024, equation 3",
  },

  // The source loss comes as its height above the smallest one that was measured, and E0 as its depth below it: so the power
  // has a value wherever E0 may lie, and E0 below every loss needs no bound of its own.
  {
    name: "shifted-power-law",
    expression: "L = exp(k + kappa*ln(z + exp(g))) + E",
    parameters: {
      k: { logarithm: true, description: "logarithm of K, the scale" },
      kappa: { lower: -20, upper: 20, description: "exponent" },
      g: {
        logarithm: true,
        description: "logarithm of the smallest source loss minus E0, the source's irreducible loss",
      },
      E: { lower: 0, description: "E1, irreducible loss of the destination" },
    },
    variables: { z: "source loss minus the smallest one of the points" },
    startRanges: { default: { k: [-2, 2], kappa: [0.3, 2], g: [-4, 1], E: [0, 3] } },
    units: {
      start: { k: [-2, 2], kappa: [0.3, 2], g: [-4, 1], E: [0, 1] },
      output: true,
      rescaled: ({ k, kappa, g, E }, { z, L }) => ({
        k: k! - kappa! * Math.log(z!) + Math.log(L!),
        g: g! + Math.log(z!),
        E: E! * L!,
      }),
    },
    example: { parameters: { k: 0.1, kappa: 0.9, g: -1.2, E: 1.3 }, inputs: { z: [0, 3] } },
    description:
      "One loss from another, K (L0 - E0)^kappa + E1, with E0 counted from the smallest L0: E0 = min L0 - e^g.",
    source: "Brandfonbrener et al. 2024, equations 4 and 5",
  },

  {
    name: "power-law",
    expression: "L = exp(a - alpha*ln(C))",
    parameters: {
      a: { logarithm: true, description: "logarithm of A, the scale" },
      alpha: { lower: 0, upper: 1, description: "exponent of the compute" },
    },
    variables: { C: "training compute, FLOPs" },
    startRanges: { default: { a: [0, 15], alpha: [0, 0.5] } },
    units: {
      start: { a: [-2, 2], alpha: [0, 0.5] },
      output: true,
      rescaled: ({ a, alpha }, { C, L }) => ({ a: a! + alpha! * Math.log(C!) + Math.log(L!) }),
    },
    example: { parameters: { a: 2.4, alpha: 0.05 }, inputs: { C: [1e18, 1e23] } },
    description:
      "Loss against compute without an irreducible part, A/C^alpha. (C/C_N)^alpha_N is the same curve with " +
      "alpha_N = -alpha and ln(C_N) = a/alpha.",
    source: "Kaplan et al. 2020, equation 1.3; Chen et al. 2025 (FLP), equation 1",
  },

  {
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
    example: { parameters: { a: 7.3, alpha: 0.17, E: 0.48 }, inputs: { C: [1e18, 1e23] } },
    description: "Loss against compute with an irreducible part: A/C^alpha + E.",
    source: "Bhagia et al. 2024, section 6.1",
  },
];
