import seedrandom from "seedrandom";

/** Random numbers of one named stream. */
export interface RandomStream {
  /** Uniform on [low, high). */
  uniform(low: number, high: number): number;
  /** Normal with mean 0 and standard deviation 1. */
  normal(): number;
  /** Number of successes in `trials` independent trials of the given probability. */
  binomial(trials: number, probability: number): number;
}

/**
 * The stream of a key: the same key always gives the same numbers, and streams of different keys are
 * unrelated. A quantity that has a stream of its own does not change when others are added.
 */
export function randomStream(key: string): RandomStream {
  const random = seedrandom(key);
  return {
    uniform: (low, high) => low + random() * (high - low),
    // Box and Muller (1958); 1 - u is never 0, so that the logarithm is finite.
    normal: () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
    binomial(trials, probability) {
      let successes = 0;
      for (let trial = 0; trial < trials; trial++) if (random() < probability) successes++;
      return successes;
    },
  };
}

/**
 * Stationary first-order autoregressive noise, e[i] = rho*e[i-1] + sqrt(1 - rho^2)*sd*z[i]: every value has
 * standard deviation `sd`, neighbours have correlation `rho`.
 */
export function autoregressiveNoise(
  stream: RandomStream,
  length: number,
  sd: number,
  rho: number,
): Float64Array {
  const noise = new Float64Array(length);
  let value = sd * stream.normal();
  for (let i = 0; i < length; i++) {
    if (i > 0) value = rho * value + Math.sqrt(1 - rho * rho) * sd * stream.normal();
    noise[i] = value;
  }
  return noise;
}
