import { type KernelRequest, manyPoints } from "./kernel.ts";

/**
 * What the kernel found: the objective of every fit, and a row for the best fit of each resample, or for every fit
 * where the request says `each`. Of equals the first is the best.
 */
export interface KernelAnswer {
  /** Of every fit, in the order of the request. */
  objective: Float64Array;
  /** Squared scaled projected gradient, relative to the objective; a row each. */
  gradientNorm: Float64Array;
  /** Rows x parameters. */
  parameters: Float64Array;
  iterations: Int32Array;
  /** Index into `terminations`. */
  termination: Int32Array;
  /** Which of the resample's starts it is, from 0. */
  best: Int32Array;
  /** Sum over the resample's starts. */
  allIterations: Int32Array;
}

/** How many numbers an answer is. */
export interface AnswerSize {
  rows: number;
  reals: number;
  wholes: number;
}

/** Size of the answer to a request of `count` fits; `count` is a number of whole resamples, or a part of one. */
export function answerSize(
  { starts, each }: Pick<KernelRequest, "starts" | "each">,
  count: number,
  parameters: number,
): AnswerSize {
  const rows = each ? count : Math.ceil(count / starts);
  return { rows, reals: count + rows * (1 + parameters), wholes: 4 * rows };
}

/** Numbers that a processor's kernel needs behind the answer while it solves (kernels/cpu.cpp). */
export function scratchSize(
  { points, polish, training, count, population }: KernelRequest,
  parameters: number,
): { reals: number; wholes: number } {
  const lanes = 8;
  const coarse = points >= manyPoints && !polish && !training;
  // The draws stand behind the parameters.
  const draws = population ? lanes * (population.drawn + 1) : 0;
  return { reals: (coarse || population ? count * parameters : 0) + draws, wholes: coarse ? count : 0 };
}

/** The parts of an answer as the kernels lay it out (kernels/request.hpp): views, nothing is copied. */
export function answerIn(
  real: Float64Array,
  whole: Int32Array,
  count: number,
  rows: number,
  parameters: number,
): KernelAnswer {
  const wholes = (i: number): Int32Array => whole.subarray(i * rows, (i + 1) * rows);
  return {
    objective: real.subarray(0, count),
    gradientNorm: real.subarray(count, count + rows),
    parameters: real.subarray(count + rows, count + rows * (1 + parameters)),
    iterations: wholes(0),
    termination: wholes(1),
    best: wholes(2),
    allIterations: wholes(3),
  };
}
