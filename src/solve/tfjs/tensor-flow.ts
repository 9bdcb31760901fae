import type * as core from "@tensorflow/tfjs-core";

/** TensorFlow.js: the operations of @tensorflow/tfjs-core, as every device's package has them. */
export type TensorFlow = typeof core;

export type { Tensor, Tensor2D } from "@tensorflow/tfjs-core";
