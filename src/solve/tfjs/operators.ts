import type { KernelFunction } from "../../forms/operations.ts";
import type { Tensor, TensorFlow } from "./tensor-flow.ts";

/** An operation of a form's program on tensors of one shape. */
type TensorOperator = (tf: TensorFlow, a: Tensor, b: Tensor, c: Tensor) => Tensor;

/** Every operation that takes inputs. */
export type InnerOperator =
  | "negate"
  | "add"
  | "subtract"
  | "multiply"
  | "fma"
  | "reciprocal"
  | KernelFunction;

/** Each operation of a program as operations of TensorFlow.js that every device has. */
export const tensorOperators: Readonly<Record<InnerOperator, TensorOperator>> = {
  negate: (tf, a) => tf.neg(a),
  add: (tf, a, b) => tf.add(a, b),
  subtract: (tf, a, b) => tf.sub(a, b),
  multiply: (tf, a, b) => tf.mul(a, b),
  fma: (tf, a, b, c) => tf.add(tf.mul(a, b), c),
  reciprocal: (tf, a) => tf.reciprocal(a),
  exp: (tf, a) => tf.exp(a),
  log: (tf, a) => tf.log(a),
  sqrt: (tf, a) => tf.sqrt(a),
  abs: (tf, a) => tf.abs(a),
  sign: (tf, a) => tf.sign(a),
  min: (tf, a, b) => tf.minimum(a, b),
  max: (tf, a, b) => tf.maximum(a, b),
  relu: (tf, a) => tf.relu(a),
  step: (tf, a) => tf.step(a),
  sin: (tf, a) => tf.sin(a),
  cos: (tf, a) => tf.cos(a),
  atan: (tf, a) => tf.atan(a),
  tanh: (tf, a) => tf.tanh(a),
  sigmoid: (tf, a) => tf.sigmoid(a),
  softplus: (tf, a) => tf.softplus(a),
  log_sigmoid: (tf, a) => tf.neg(tf.softplus(tf.neg(a))),
};
