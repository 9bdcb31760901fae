import type { BuiltInForm } from "../form.ts";

/**
 * Least exponent of a power inside the sigmoid. As it falls to 0, the power becomes a logarithm, whose slope stays while the scale
 * runs to infinity and the offset to minus infinity. At this value curvature is told from rounding still.
 */
const LEAST_EXPONENT = 1e-4;

/** Least slope of such a power: its term is nothing. */
const LEAST_SLOPE = 1e-12;

/** Starts of the best accuracy and of the chance level below it, of which every one is positive. */
const [AMPLITUDES, BESTS] = [
  [-0.5, 0],
  [0.5, 1],
] as const;

/** Slope at the mean input of exp(level)/x^exponent against ln x, and the way back. */
const slopeOf = (level: number, exponent: number): number => Math.exp(level) * exponent;
const levelOf = (slope: number, exponent: number): number => Math.log(slope / exponent);

/** Scores straight from size, tokens or compute. */
export const scoreLaws: readonly BuiltInForm[] = [
  {
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
    coordinates: {
      expression:
        "accuracy = p/(1 + exp(-(e - s*(1 - exp(-alpha*ln(N)))/alpha - t*(1 - exp(-beta*ln(D)))/beta))) + q",
      parameters: {
        s: { lower: LEAST_SLOPE, description: "slope against ln N at the mean N" },
        t: { lower: LEAST_SLOPE, description: "slope against ln D at the mean D" },
        alpha: { lower: LEAST_EXPONENT },
        beta: { lower: LEAST_EXPONENT },
        e: { description: "value inside the sigmoid at the mean N and D" },
        p: { lower: -1, upper: 0 },
        q: { lower: 0, upper: 1 },
      },
      start: {
        s: [0.01, 5],
        t: [0.01, 5],
        alpha: [0.05, 1],
        beta: [0.05, 1],
        e: [-4, 6],
        p: AMPLITUDES,
        q: BESTS,
      },
      to: ({ a, b, alpha, beta, E }) => ({
        s: slopeOf(a!, alpha!),
        t: slopeOf(b!, beta!),
        e: Math.exp(a!) + Math.exp(b!) + E!,
      }),
      from: ({ s, t, alpha, beta, e }) => ({
        a: levelOf(s!, alpha!),
        b: levelOf(t!, beta!),
        E: e! - s! / alpha! - t! / beta!,
      }),
    },
    example: {
      parameters: { a: 5, b: 6.5, alpha: 0.25, beta: 0.28, E: -2, p: -0.7, q: 0.9 },
      inputs: { N: [1e8, 1e10], D: [1e9, 1e12] },
    },
    description: "Accuracy straight from size and tokens: a sigmoid of A/N^alpha + B/D^beta + E.",
    source: "Bhagia et al. 2024, equation 6",
  },

  {
    name: "single-step-compute",
    expression: "accuracy = p/(1 + exp(-(exp(a - alpha*ln(C)) + E))) + q",
    parameters: {
      a: { logarithm: true, description: "logarithm of A, the scale" },
      alpha: { lower: 0, upper: 1, description: "exponent of the compute" },
      E: { description: "offset inside the sigmoid" },
      p: { lower: -1, upper: 0, description: "chance level minus the best accuracy" },
      q: { lower: 0, upper: 1, description: "best accuracy" },
    },
    variables: { C: "training compute, FLOPs" },
    startRanges: { default: { a: [0, 15], alpha: [0, 0.5], E: [-5, 2], p: [-1, 0], q: [0, 1] } },
    units: {
      start: { a: [-4, 2], alpha: [0, 0.5], E: [-5, 2], p: [-1, 0], q: [0, 1] },
      output: false,
      rescaled: ({ a, alpha }, { C }) => ({ a: a! + alpha! * Math.log(C!) }),
    },
    // The place of the middle instead of the value there: a step among the data may be as steep as it likes without moving.
    coordinates: {
      expression: "accuracy = p/(1 + exp(-s*(m - (1 - exp(-alpha*ln(C)))/alpha))) + q",
      parameters: {
        s: { lower: LEAST_SLOPE, description: "slope against ln C at the mean C" },
        alpha: { lower: LEAST_EXPONENT, upper: 1 },
        m: { description: "(1 - C^-alpha)/alpha, nearly ln C, at the middle of the sigmoid" },
        p: { lower: -1, upper: 0 },
        q: { lower: 0, upper: 1 },
      },
      start: { s: [0.01, 100], alpha: [LEAST_EXPONENT, 0.5], m: [-3, 3], p: AMPLITUDES, q: BESTS },
      startAmong({ C }) {
        const [low, high] = C!;
        return { s: [0.01, 5], alpha: [0.05, 0.5], m: [Math.log(low) - 1, Math.log(high) + 1] };
      },
      to: ({ a, alpha, E }) => ({
        s: slopeOf(a!, alpha!),
        m: (Math.exp(a!) + E!) / slopeOf(a!, alpha!),
      }),
      from: ({ s, alpha, m }) => ({ a: levelOf(s!, alpha!), E: s! * (m! - 1 / alpha!) }),
    },
    example: { parameters: { a: 9.5, alpha: 0.2, E: -2.5, p: -0.72, q: 0.95 }, inputs: { C: [1e18, 1e23] } },
    description: "Accuracy straight from compute: a sigmoid of A/C^alpha + E.",
    source: "Bhagia et al. 2024, equation 6 with the input of equation 4",
  },

  {
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
    example: { parameters: { a: 2.1, alpha: 0.03 }, inputs: { C: [1e18, 1e23] } },
    description: "A power of the compute that may rise or fall: (C/C_T)^-alpha.",
    source: "Chen et al. 2025 (FLP), equation 3 (FP) and table 3, M1",
  },

  {
    name: "compute-composed",
    expression: "accuracy = w0 - exp(a - alpha*ln(C))",
    parameters: {
      w0: { description: "score at a loss of 0" },
      a: { logarithm: true, description: "logarithm of the scale: that of the loss times the slope" },
      alpha: { lower: 0, upper: 1, description: "exponent of the compute" },
    },
    variables: { C: "training compute, FLOPs" },
    startRanges: { default: { w0: [0, 2], a: [0, 15], alpha: [0, 0.5] } },
    units: {
      start: { w0: [0, 2], a: [-4, 1], alpha: [0, 0.5] },
      output: false,
      rescaled: ({ a, alpha }, { C }) => ({ a: a! + alpha! * Math.log(C!) }),
    },
    example: { parameters: { w0: 1.1, a: 4.5, alpha: 0.11 }, inputs: { C: [1e18, 1e23] } },
    description: "A score that is linear in a loss that is a power of the compute, fitted in one step.",
    source: "Chen et al. 2025 (FLP), section 2.3: equation 1 put into equation 2",
  },

  {
    name: "compute-log-score",
    expression: "accuracy = exp(exp(alpha*(ln(C) - m)))/100",
    parameters: {
      alpha: { description: "exponent of the compute" },
      m: { logarithm: true, description: "logarithm of C_M, the compute at which the score is e per cent" },
    },
    variables: { C: "training compute, FLOPs" },
    startRanges: { default: { alpha: [0, 0.15], m: [35, 50] } },
    units: {
      start: { alpha: [0, 0.15], m: [-10, 5] },
      output: false,
      rescaled: ({ m }, { C }) => ({ m: m! + Math.log(C!) }),
    },
    example: { parameters: { alpha: 0.055, m: 27 }, inputs: { C: [1e18, 1e23] } },
    description: "The logarithm of a score in per cent as a power of the compute: ln(P) = (C/C_M)^alpha.",
    source: "Chen et al. 2025 (FLP), equation 6",
  },

  {
    name: "compute-negative-log-score",
    expression: "accuracy = exp(-exp(-alpha*(ln(C) - m)))",
    parameters: {
      alpha: { description: "exponent of the compute" },
      m: { logarithm: true, description: "logarithm of the compute at which the score is 1/e" },
    },
    variables: { C: "training compute, FLOPs" },
    startRanges: { default: { alpha: [0, 0.3], m: [40, 60] } },
    units: {
      start: { alpha: [0, 0.3], m: [-10, 10] },
      output: false,
      rescaled: ({ m }, { C }) => ({ m: m! + Math.log(C!) }),
    },
    example: { parameters: { alpha: 0.12, m: 47 }, inputs: { C: [1e18, 1e23] } },
    description: "Minus the logarithm of a score as a power of the compute, which keeps the score below 1.",
    source: "Achiam et al. 2023 (GPT-4), section 3.2",
  },
];
