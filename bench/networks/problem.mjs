import { getForm } from "../../dist/forms/registry.js";

/** FLP-M's own settings. */
const training = { steps: 2000, learningRate: 0.05, weightDecay: 0.01 };

/** A problem of the size of FLP-M's second stage: scores of 200 checkpoints from five losses, with 1 % noise. */
export function networkProblem({ points = 200, steps = training.steps } = {}) {
  const variables = [0.618, 0.414, 0.732, 0.236, 0.646].map((step) =>
    Float64Array.from({ length: points }, (_, i) => 1.5 + 2 * ((step * (i + 1)) % 1)),
  );
  const response = Float64Array.from({ length: points }, (_, i) => {
    const loss = variables.reduce((sum, x, k) => sum + x[i] * (k + 1), 0) / 15;
    return 0.25 + 0.6 / (1 + Math.exp(3 * (loss - 2.4))) + 0.01 * Math.sin(12.9898 * (i + 1));
  });
  return {
    form: getForm("network-5-3"),
    variables,
    response,
    loss: { kind: "squared" },
    residual: "plain",
    training: { ...training, steps },
    key: `networks of ${points} points`,
  };
}

/**
 * Operations of one training, a fused multiply-add counted as two: value and gradient of a point take 4 for each weight of
 * the hidden layer, 11 for each unit and 3 for the residual and the output's bias. The steps themselves are not counted.
 */
export function operationsOfNetwork({ form, response, training: { steps } }) {
  const [inputs, hidden] = form.name.split("-").slice(1).map(Number);
  return steps * response.length * (4 * inputs * hidden + 11 * hidden + 3);
}
