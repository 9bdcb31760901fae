/**
 * Adam on a network of one hidden layer of ReLU units, in plain float64 JavaScript, written from the papers alone: forward and
 * backward pass by hand, nothing of the project's. What kernels are held to.
 */
export interface Network {
  inputs: number;
  hidden: number;
}

/** Points: one array an input, the response and the weight of each. */
export interface Points {
  variables: readonly ArrayLike<number>[];
  response: ArrayLike<number>;
  weights: ArrayLike<number>;
}

export interface Adam {
  steps: number;
  learningRate: number;
  weightDecay: number;
}

/** Parameters of a hidden unit: its bias, then its weights. After all units: the output's bias, then its weights. */
const unitAt = (inputs: number, h: number): number => h * (inputs + 1);

/** Value at a point; `activations` gets the input of each unit. */
function forward({ inputs, hidden }: Network, p: Float64Array, x: readonly number[], into: number[]): number {
  const output = unitAt(inputs, hidden);
  let value = p[output]!;
  for (let h = 0; h < hidden; h++) {
    let sum = p[unitAt(inputs, h)]!;
    for (let k = 0; k < inputs; k++) sum += p[unitAt(inputs, h) + 1 + k]! * x[k]!;
    into[h] = sum;
    if (sum > 0) value += p[output + 1 + h]! * sum;
  }
  return value;
}

/** Half the weighted sum of squared residuals. */
export function objectiveOfNetwork(network: Network, p: Float64Array, points: Points): number {
  let objective = 0;
  for (let i = 0; i < points.response.length; i++) {
    const x = points.variables.map((values) => values[i]!);
    objective += (points.weights[i]! / 2) * (forward(network, p, x, []) - points.response[i]!) ** 2;
  }
  return objective;
}

/** Gradient of the weighted mean of squared residuals. */
function gradientOf(network: Network, p: Float64Array, points: Points): Float64Array {
  const { inputs, hidden } = network;
  const output = unitAt(inputs, hidden);
  const gradient = new Float64Array(p.length);
  const sums: number[] = [];
  let weights = 0;
  for (let i = 0; i < points.response.length; i++) {
    const x = points.variables.map((values) => values[i]!);
    const value = forward(network, p, x, sums);
    const slope = 2 * points.weights[i]! * (value - points.response[i]!);
    weights += points.weights[i]!;
    gradient[output]! += slope;
    for (let h = 0; h < hidden; h++) {
      if (!(sums[h]! > 0)) continue;
      gradient[output + 1 + h]! += slope * sums[h]!;
      const inner = slope * p[output + 1 + h]!;
      gradient[unitAt(inputs, h)]! += inner;
      for (let k = 0; k < inputs; k++) gradient[unitAt(inputs, h) + 1 + k]! += inner * x[k]!;
    }
  }
  return gradient.map((g) => g / weights);
}

/** Where training comes to from a start; `lower` and `upper` hold the parameters after each step. */
export function trainNetwork(
  network: Network,
  start: Float64Array,
  points: Points,
  { steps, learningRate, weightDecay }: Adam,
  { lower, upper }: { lower?: Float64Array; upper?: Float64Array } = {},
): Float64Array {
  const p = start.slice();
  const mean = new Float64Array(p.length);
  const square = new Float64Array(p.length);
  for (let t = 0; t < steps; t++) {
    const gradient = gradientOf(network, p, points);
    const rate = learningRate * (1 - t / steps);
    for (let i = 0; i < p.length; i++) {
      const g = gradient[i]! + weightDecay * p[i]!;
      mean[i] = 0.9 * mean[i]! + 0.1 * g;
      square[i] = 0.999 * square[i]! + 0.001 * g * g;
      const unbiased = mean[i]! / (1 - 0.9 ** (t + 1));
      const size = Math.sqrt(square[i]! / (1 - 0.999 ** (t + 1))) + 1e-8;
      const moved = p[i]! - (rate * unbiased) / size;
      p[i] = Math.min(upper?.[i] ?? Infinity, Math.max(lower?.[i] ?? -Infinity, moved));
    }
  }
  return p;
}
