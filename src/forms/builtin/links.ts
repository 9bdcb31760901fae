import { softplus } from "../expression.ts";
import type { BuiltInForm } from "../form.ts";

/** Least width of a bend, times the mean input: a corner, to within 1e-9 of any sum of squares. */
const LEAST_WIDTH = 1e-9;

/** Of the bend's part in the largest input, in widths: there the fall is an exponential to within rounding, wherever its bend is. */
const LEAST_PART = 1e-16;

/** The softplus at the largest input, in the solver's units, of a bend at x0 with steepness k. */
const partOf = (x0: number, k: number): number => softplus(k * (1 - x0)) + LEAST_PART;

/** Parameters of curves that fall from b at small loss to a + b at large loss, steepest at L0. */
const sigmoidParameters = {
  a: { lower: -1, upper: 0, description: "chance level minus the best accuracy" },
  L0: { lower: 0, description: "loss at the steepest point" },
  k: { lower: 0, description: "steepness, per unit of loss" },
  b: { lower: 0, upper: 1, description: "accuracy at small loss" },
} as const;

/** Their units and starts. */
const sigmoidUnits = {
  start: { a: [-1, 0], L0: [0, 3], k: [0, 10], b: [0, 1] },
  // From nearly a line over all losses to a step between two of them: tasks without a trend have minima at any steepness.
  grid({ L }) {
    const [low, high] = L!;
    return { L0: [low, high], k: [1 / (high - low), 300 / (high - low)] };
  },
  output: false,
  rescaled: ({ L0, k }, { L }) => ({ L0: L0! * L!, k: k! / L! }),
} satisfies BuiltInForm["units"];

/** Scores by a loss, and the straight line. */
export const links: readonly BuiltInForm[] = [
  {
    name: "sigmoid",
    expression: "accuracy = a/(1 + exp(-k*(L - L0))) + b",
    parameters: sigmoidParameters,
    variables: { L: "loss, bits per byte" },
    startRanges: { default: { a: [-1, 0], L0: [0, 3], k: [0, 10], b: [0, 1] } },
    units: sigmoidUnits,
    example: { parameters: { a: -0.62, L0: 0.95, k: 6.5, b: 0.91 }, inputs: { L: [0.4, 1.6] } },
    description: "Accuracy against loss: from b at small loss down to a + b, chance, at large loss.",
    source: "Bhagia et al. 2024, equation 2",
  },

  // The parameters of the next four have the sigmoid's names, so that their accuracy at small loss can be held as its is.
  {
    name: "gompertz",
    expression: "accuracy = b + a*(1 - exp(-exp(k*(L - L0))))",
    parameters: sigmoidParameters,
    variables: { L: "loss, bits per byte" },
    startRanges: { default: { a: [-1, 0], L0: [0, 3], k: [0, 10], b: [0, 1] } },
    units: sigmoidUnits,
    example: { parameters: { a: -0.62, L0: 0.95, k: 4.5, b: 0.91 }, inputs: { L: [0.4, 1.6] } },
    description:
      "Accuracy against loss: as the sigmoid, but nearer to chance at large loss than to the best accuracy at small loss.",
    source: "Gompertz (1825)",
  },

  {
    name: "mirrored-gompertz",
    expression: "accuracy = b + a*exp(-exp(-k*(L - L0)))",
    parameters: sigmoidParameters,
    variables: { L: "loss, bits per byte" },
    startRanges: { default: { a: [-1, 0], L0: [0, 3], k: [0, 10], b: [0, 1] } },
    units: sigmoidUnits,
    example: { parameters: { a: -0.62, L0: 0.95, k: 4.5, b: 0.91 }, inputs: { L: [0.4, 1.6] } },
    description:
      "Accuracy against loss: as the sigmoid, but nearer to the best accuracy at small loss than to chance at large loss.",
    source: "Gompertz (1825), both axes turned round",
  },

  {
    name: "log-logistic",
    expression: "accuracy = a/(1 + exp(-k*(log(L) - m))) + b",
    parameters: {
      a: sigmoidParameters.a,
      m: { description: "logarithm of the loss at the steepest point" },
      k: { lower: 0, description: "steepness, per factor e of loss" },
      b: sigmoidParameters.b,
    },
    variables: { L: "loss, bits per byte" },
    startRanges: { default: { a: [-1, 0], m: [-2, 2], k: [0, 10], b: [0, 1] } },
    units: {
      start: { a: [-1, 0], m: [-2, 2], k: [0, 10], b: [0, 1] },
      output: false,
      rescaled: ({ m }, { L }) => ({ m: m! + Math.log(L!) }),
    },
    example: { parameters: { a: -0.62, m: -0.05, k: 6, b: 0.91 }, inputs: { L: [0.4, 1.6] } },
    description: "Accuracy against loss: the sigmoid of the logarithm of the loss.",
    source: "the curve of Hill (1910)",
  },

  {
    name: "two-sigmoids",
    expression: "accuracy = a*(s/(1 + exp(-k*(L - L0))) + (1 - s)/(1 + exp(-k*(L - L0 - d)))) + b",
    parameters: {
      ...sigmoidParameters,
      L0: { lower: 0, description: "loss at the steepest point of the harder questions" },
      s: { lower: 0, upper: 1, description: "share of the harder questions" },
      d: { lower: 0, description: "by how much larger a loss is enough for the easier questions" },
    },
    variables: { L: "loss, bits per byte" },
    startRanges: { default: { a: [-1, 0], L0: [0, 3], k: [0, 10], b: [0, 1], s: [0, 1], d: [0, 1] } },
    units: {
      start: { a: [-1, 0], L0: [0, 2], k: [0, 20], b: [0, 1], s: [0, 1], d: [0, 2] },
      output: false,
      rescaled: ({ L0, k, d }, { L }) => ({ L0: L0! * L!, k: k! / L!, d: d! * L! }),
    },
    example: { parameters: { a: -0.62, L0: 0.8, k: 9, b: 0.91, s: 0.4, d: 0.35 }, inputs: { L: [0.4, 1.6] } },
    description:
      "Accuracy against loss: two groups of questions, each with a sigmoid of its own and the same steepness.",
    source: "a mixture of two of Bhagia et al. 2024, equation 2",
  },

  // In the slope s instead of the scale a = s/k: the best k is often so large that only a*k matters, and the solver
  // would crawl along that valley.
  {
    name: "log-sigmoid",
    expression: "accuracy = 1 - s/k*log_sigmoid(-k*(x - x0))",
    parameters: {
      s: {
        upper: 0,
        description: "slope of accuracy far to the right, per unit of loss; a of equation 8 is s/k",
      },
      x0: { lower: 0, description: "loss at which the fall sets in" },
      k: { lower: 0, description: "steepness, per unit of loss" },
    },
    variables: { x: "task cross-entropy" },
    startRanges: { default: { s: [-3, 0], x0: [0, 3], k: [0, 10] } },
    units: {
      start: { s: [-3, 0], x0: [0, 3], k: [0, 10] },
      output: false,
      largest: true,
      rescaled: ({ s, x0, k }, { x }) => ({ s: s! / x!, x0: x0! * x!, k: k! / x! }),
    },
    // The value at the largest input instead of the slope: far to the left of a distant bend the fall is an exponential, and slope and
    // bend run to infinity together.
    coordinates: {
      expression: `accuracy = 1 + v*softplus((x - x0)/w)/(softplus((1 - x0)/w) + ${LEAST_PART})`,
      parameters: {
        v: { upper: 0, description: "accuracy at the largest x, minus 1" },
        x0: { lower: 0 },
        w: { lower: LEAST_WIDTH, description: "width of the bend, 1/k" },
      },
      start: { v: [-1, 0], x0: [0, 2], w: [1e-4, 3] },
      startAmong({ x }) {
        const [low, high] = x!;
        return { x0: [low, high], w: [(high - low) / 300, (high - low) / 2] };
      },
      to: ({ s, x0, k }) => ({ v: (s! / k!) * partOf(x0!, k!), w: 1 / k! }),
      from: ({ v, x0, w }) => ({ s: v! / w! / partOf(x0!, 1 / w!), k: 1 / w! }),
    },
    example: { parameters: { s: -0.605, x0: 0.7, k: 5.5 }, inputs: { x: [0.4, 1.6] } },
    description: "Accuracy against cross-entropy: 1 at small values, a straight fall at large ones.",
    source: "Bhagia et al. 2024, equation 8",
  },

  {
    name: "linear",
    expression: "y = w0 + w1*x",
    parameters: { w0: { description: "value at x = 0" }, w1: { description: "slope" } },
    variables: { x: "any input" },
    startRanges: { default: { w0: [-1, 1], w1: [-1, 1] } },
    units: {
      start: { w0: [-2, 2], w1: [-2, 2] },
      output: true,
      rescaled: ({ w0, w1 }, { x, y }) => ({ w0: w0! * y!, w1: (w1! * y!) / x! }),
    },
    example: { parameters: { w0: 0.2, w1: 0.7 }, inputs: { x: [0.1, 3] } },
    description: "A straight line.",
    source: "Chen et al. 2025 (FLP), equation 2",
  },
];
