import { philox, purposes, uniform } from "./philox.ts";

/** What the random starts of a request depend on. */
export interface StartKey {
  seed: number;
  /** 32 bits that name the problem. */
  problemKey: number;
}

/**
 * A random start as kernels/random.hpp makes it: uniform in each parameter's interval, keyed by seed and problem, counted
 * by start and resample.
 *
 * @param range low of each parameter, then high of each, 2 x parameters
 * @returns one value a parameter
 */
export function startVector(
  { seed, problemKey }: StartKey,
  start: number,
  resample: number,
  range: Float64Array,
): Float64Array {
  const words = new Uint32Array(4);
  const vector = new Float64Array(range.length / 2);
  for (let i = 0; i < vector.length; i++) {
    const even = i % 2 === 0;
    if (even) philox(seed, problemKey, [start, resample, i / 2, purposes.start], words);
    const u = even ? uniform(words[0]!, words[1]!) : uniform(words[2]!, words[3]!);
    const low = range[i]!;
    vector[i] = low + u * (range[vector.length + i]! - low);
  }
  return vector;
}
