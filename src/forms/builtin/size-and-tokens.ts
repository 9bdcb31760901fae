import type { FormUnits } from "../form.ts";

/** The parameters of A/N^alpha + B/D^beta + E, which many laws build on. */
export const sizeAndTokens = {
  a: { logarithm: true, description: "logarithm of A, the scale of the model-size term" },
  b: { logarithm: true, description: "logarithm of B, the scale of the data term" },
  alpha: { lower: 0, description: "exponent of the model size" },
  beta: { lower: 0, description: "exponent of the training tokens" },
  E: { lower: 0, description: "irreducible loss" },
} as const;

/** Intervals of their starts in counts and nats. */
export const sizeAndTokensRanges = {
  a: [0, 15],
  b: [0, 15],
  alpha: [0, 1],
  beta: [0, 1],
  E: [0, 3],
} as const;

/** The same in units in which inputs and output have mean 1. */
export const sizeAndTokensStarts = {
  a: [-4, 1],
  b: [-4, 1],
  alpha: [0, 1],
  beta: [0, 1],
  E: [0, 1],
} as const;

/** How they follow the units of size, tokens and loss. */
export const sizeAndTokensRescaled: FormUnits["rescaled"] = ({ a, b, alpha, beta, E }, { N, D, L }) => ({
  a: a! + alpha! * Math.log(N!) + Math.log(L!),
  b: b! + beta! * Math.log(D!) + Math.log(L!),
  E: E! * L!,
});
