import { randomStream } from "../simulate/random.ts";
import { normalQuantile } from "./distributions/normal.ts";

/**
 * Normal numbers with mean 0 and standard deviation 1, one a replicate: the quantiles at (i + 1/2) / count in an order
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
