import { randomStream } from "../random.ts";
import { philox, purposes } from "../solve/philox.ts";
import { randomKey } from "../solve/resampling.ts";

/** Density of the standard normal. */
export function normalDensity(x: number): number {
  return Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
}

/** Beyond this the continued fraction takes over from the series, which loses the tail's digits to cancellation. */
const tailStart = 2.5;

/** Terms of the continued fraction; enough for full precision from `tailStart` on. */
const tailTerms = 120;

/** Upper tail of the standard normal, 1 - Phi(x) (Abramowitz & Stegun, 26.2.10 and 26.2.14), at x >= 0. */
function upperTail(x: number): number {
  const density = normalDensity(x);
  if (x >= tailStart) {
    let fraction = x;
    for (let term = tailTerms; term >= 1; term--) fraction = x + term / fraction;
    return density / fraction;
  }
  let term = x;
  let sum = x;
  for (let odd = 3; term > sum * 1e-17; odd += 2) {
    term *= (x * x) / odd;
    sum += term;
  }
  return 0.5 - density * sum;
}

/** Distribution function of the standard normal, to 1e-13 relative in both tails; 0 and 1 at -infinity and infinity. */
export function normalProbability(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  return x < 0 ? upperTail(-x) : 1 - upperTail(x);
}

/** Value of a polynomial by Horner's rule; coefficients from the highest power down. */
function polynomial(x: number, coefficients: readonly number[]): number {
  let value = 0;
  for (const coefficient of coefficients) value = value * x + coefficient;
  return value;
}

/** A ratio of two polynomials of one degree: coefficients above and below, from the highest power down. */
type Ratio = readonly [readonly number[], readonly number[]];

const centre: Ratio = [
  [
    2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946,
    1971.5909503065513, 133.14166789178438, 3.3871328727963665,
  ],
  [
    5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751,
    687.1870074920579, 42.31333070160091, 1,
  ],
];
const shoulder: Ratio = [
  [
    0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
    5.769497221460691, 4.630337846156546, 1.4234371107496835,
  ],
  [
    1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
    1.6763848301838038, 2.053191626637759, 1,
  ],
];
const tail: Ratio = [
  [
    2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124,
    0.29656057182850487, 1.7848265399172913, 5.463784911164114, 6.657904643501103,
  ],
  [
    2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133,
    0.014875361290850615, 0.1369298809227358, 0.599832206555888, 1,
  ],
];

function ratio(x: number, [above, below]: Ratio): number {
  return polynomial(x, above) / polynomial(x, below);
}

/**
 * Quantile of the standard normal, to about 1e-15 relative (Wichura, 1988, algorithm AS 241, PPND16).
 *
 * @param p probability; -infinity at 0, infinity at 1, NaN outside
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p === 0 || p === 1) return p === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * ratio(0.180625 - q * q, centre);
  const r = Math.sqrt(-Math.log(Math.min(p, 1 - p)));
  return Math.sign(q) * (r <= 5 ? ratio(r - 1.6, shoulder) : ratio(r - 5, tail));
}

/**
 * Independent standard normal numbers, by the quantiles of Philox's uniform ones. The same seed and name always give the same ones, and more draws leave the first as
 * they are.
 *
 * @param name of what the noise is on: family, subject, metric, place of the run
 */
export function normalDraws(seed: number, name: string, draws: number): Float64Array {
  const key = randomKey(name);
  const words = new Uint32Array(4);
  return Float64Array.from({ length: draws }, (_, draw) => {
    if (draw % 4 === 0) philox(seed, key, [draw / 4, 0, 0, purposes.noise], words);
    return normalQuantile((words[draw % 4]! + 0.5) / 2 ** 32);
  });
}

/**
 * Stratified standard normal numbers, one for each replicate: the quantiles at (i + 1/2) / count in an order
 * drawn by the key. They are the normal's own quantiles, not those of a sample of it, so that noise adds little Monte
 * Carlo error. The same key and count always give the same bits; another count gives other numbers.
 */
export function unitNoise(count: number, key: string): Float64Array {
  const noise = new Float64Array(count);
  for (let i = 0; i < count; i++) noise[i] = normalQuantile((i + 0.5) / count);
  const stream = randomStream(key);
  // Fisher and Yates' shuffle (Knuth, volume 2, algorithm P).
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(stream.uniform(0, last + 1));
    const value = noise[last]!;
    noise[last] = noise[other]!;
    noise[other] = value;
  }
  return noise;
}
