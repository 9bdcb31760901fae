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

export const powerLaw: FormRecord = {
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
  description:
    "Loss against compute without an irreducible part, A/C^alpha. (C/C_N)^alpha_N is the same curve with " +
    "alpha_N = -alpha and ln(C_N) = a/alpha.",
  source: "Kaplan et al. 2020, equation 1.3; Chen et al. 2025 (FLP), equation 1",
};

export const powerLawOffset: FormRecord = {
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
  description: "Loss against compute with an irreducible part: A/C^alpha + E.",
  source: "Bhagia et al. 2024, section 6.1",
};

/**
 * The source loss comes as its height above the smallest one that was measured, and E0 as its depth below it: so the power
 * has a value wherever E0 may lie, and E0 below every loss needs no bound of its own.
 */
export const shiftedPowerLaw: FormRecord = {
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
  description:
    "One loss from another, K (L0 - E0)^kappa + E1, with E0 counted from the smallest L0: E0 = min L0 - e^g.",
  source: "Brandfonbrener et al. 2024, equations 4 and 5",
};

export const computePowerLaw: FormRecord = {
  name: "compute-power-law",
  expression: "y = exp(a - alpha*ln(C))",
  parameters: {
    a: { logarithm: true, description: "logarithm of the value at one FLOP; ln(C_T) is a/alpha" },
    alpha: { description: "exponent of the compute: positive for a loss, negative for a score" },
  },
  variables: { C: "training compute, FLOPs" },
  startRanges: { default: { a: [-15, 15], alpha: [-0.5, 0.5] } },
  units: {
    start: { a: [-2, 2], alpha: [-0.5, 0.5] },
    output: true,
    rescaled: ({ a, alpha }, { C, y }) => ({ a: a! + alpha! * Math.log(C!) + Math.log(y!) }),
  },
  description: "A power of the compute that may rise or fall: (C/C_T)^-alpha.",
  source: "Chen et al. 2025 (FLP), equation 3 (FP) and table 3, M1",
};
