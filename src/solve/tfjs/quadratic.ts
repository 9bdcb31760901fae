import { triangle } from "./cholesky.ts";
import type { Tensor, TensorFlow } from "./tensor-flow.ts";
import { spreadOver, type TensorValue } from "./tensor-form.ts";

/** Objective, gradient and matrix of the step at the parameters of every fit; each [fits]. */
export interface Quadratic {
  /** Not finite where a prediction is not finite, or not positive where its logarithm is taken. */
  objective: Tensor;
  gradient: Tensor[];
  /** Lower triangle by rows of sum w min(1, delta/|r|) J J': lies above the loss everywhere. */
  matrix: Tensor[];
}

/** The points of every fit, each [fits, points]. */
export interface PointTensors {
  response: Tensor;
  weight: Tensor;
  /** [fits]: what residuals are divided by, so that Huber's threshold is 1. */
  inverseScale: Tensor;
}

/** Objective F = sum of w rho(r / scale) and what a step is made of (docs/solver.md). */
export function quadraticAt(
  tf: TensorFlow,
  { value, gradient }: TensorValue,
  { response, weight, inverseScale }: PointTensors,
  { logResidual, robust }: { logResidual: boolean; robust: boolean },
  ones: Tensor,
): Quadratic {
  const overPoints = (x: Tensor): Tensor => tf.sum(x, 1);
  const wideScale = spreadOver(tf, inverseScale, ones);
  const residual = tf.mul(tf.sub(logResidual ? tf.log(value) : value, response), wideScale);
  const size = robust ? tf.abs(residual) : residual;
  const clamped = robust ? tf.clipByValue(residual, -1, 1) : residual;
  const slope = tf.mul(weight, clamped);
  // rho = rho'*(r - rho'/2): inside r^2/2, outside |r| - 1/2
  const objective = overPoints(tf.mul(slope, tf.sub(residual, tf.mul(clamped, tf.scalar(0.5)))));
  const curvature = robust ? tf.div(weight, tf.clipByValue(size, 1, 3e38)) : weight;
  // d r / d p = inner * d f / d p
  const inner = logResidual ? tf.div(wideScale, value) : wideScale;
  const own = gradient.map((g) => g && tf.mul(g, inner));
  const weighed = own.map((g) => g && tf.mul(g, curvature));
  const zero = tf.zerosLike(inverseScale);
  const matrix: Tensor[] = [];
  own.forEach((left, i) => {
    for (let j = 0; j <= i; j++) {
      const right = weighed[j];
      matrix[triangle(i, j)] = left && right ? overPoints(tf.mul(left, right)) : zero;
    }
  });
  return {
    objective,
    gradient: own.map((g) => (g ? overPoints(tf.mul(g, slope)) : zero)),
    matrix,
  };
}
