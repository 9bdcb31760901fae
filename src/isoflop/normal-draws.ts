import { normalQuantile } from "../intervals/distributions/normal.ts";
import { philox } from "../solve/philox.ts";
import { randomKey } from "../solve/resampling.ts";

/** What the random numbers of noise are for; kernels and resamples have others (src/bootstrap/philox.ts). */
const PURPOSE = 100;

/**
 * Standard normal numbers, one a draw. The same seed and name always give the same ones, and more draws leave the first as
 * they are.
 *
 * @param name of what the noise is on: family, subject, metric, place of the run
 */
export function normalDraws(seed: number, name: string, draws: number): Float64Array {
  const key = randomKey(name);
  const words = new Uint32Array(4);
  return Float64Array.from({ length: draws }, (_, draw) => {
    if (draw % 4 === 0) philox(seed, key, [draw / 4, 0, 0, PURPOSE], words);
    return normalQuantile((words[draw % 4]! + 0.5) / 2 ** 32);
  });
}
