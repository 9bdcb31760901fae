/** What random numbers are for: a different purpose never sees the same numbers (kernels/random.hpp). */
export const purposes = {
  start: 0,
  draw: 1,
  block: 2,
  sign: 3,
  residual: 4,
  run: 5,
  point: 6,
  prior: 7,
  noise: 100,
  restart: 101,
} as const;

/**
 * The random numbers of kernels/random.hpp: Philox 4x32-10 (Salmon et al., 2011) of a key and a counter. The host needs them to
 * know what the kernels drew, and for the TensorFlow.js search.
 *
 * @param out receives four words of 32 bits
 */
export function philox(
  seed: number,
  key: number,
  counter: readonly [number, number, number, number],
  out: Uint32Array,
): void {
  let [c0, c1, c2, c3] = counter;
  let k0 = seed >>> 0;
  let k1 = key >>> 0;
  for (let round = 0; round < 10; round++) {
    const highA = multiplyHigh(0xd2511f53, c0);
    const lowA = Math.imul(0xd2511f53, c0);
    const highB = multiplyHigh(0xcd9e8d57, c2);
    const lowB = Math.imul(0xcd9e8d57, c2);
    c0 = (highB ^ c1 ^ k0) >>> 0;
    c1 = lowB >>> 0;
    c2 = (highA ^ c3 ^ k1) >>> 0;
    c3 = lowA >>> 0;
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/** A number uniform on (0, 1) with 53 bits, from two words. */
export function uniform(high: number, low: number): number {
  return (high * 2 ** 21 + (low >>> 11) + 0.5) * 2 ** -53;
}

/** Index of the member that a word draws, out of `size`. */
export function drawnMember(word: number, size: number): number {
  return multiplyHigh(word, size);
}

/** The upper 32 bits of the product of two numbers of 32 bits. */
function multiplyHigh(a: number, b: number): number {
  const a0 = a & 0xffff;
  const a1 = a >>> 16;
  const b0 = b & 0xffff;
  const b1 = b >>> 16;
  const middle = a1 * b0 + Math.floor((a0 * b0) / 0x10000);
  return a1 * b1 + Math.floor(middle / 0x10000) + Math.floor(((middle % 0x10000) + a0 * b1) / 0x10000);
}

/** The key of a request's random starts. */
interface StartKey {
  seed: number;
  /** 32 bits that identify the problem. */
  problemKey: number;
}

/**
 * A random start, as kernels/random.hpp draws it: uniform in each parameter's interval. The key is seed and problem, the counter
 * start and resample.
 *
 * @param range lower ends of all parameters, then upper ends, 2 x parameters
 * @returns one value for each parameter
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
