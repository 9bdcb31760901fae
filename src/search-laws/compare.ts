/** A chance below which a form is said to be beaten. */
export const CLAIM = 0.05;

/** Logarithms of the error of a form: of the data, and of each resample. */
export interface LogErrors {
  data: number;
  draws: Float32Array;
}

/** Errors of a form as logarithms. */
export function logErrors({ error, draws }: { error: number; draws: Float64Array }): LogErrors {
  return { data: Math.log(error), draws: Float32Array.from(draws, Math.log) };
}

/** Rivals of a form that may be better than it. */
export interface Superiority {
  /** Chance that the best of all rivals seems better by so much where none is: small where one is. */
  p: number;
  /** Logarithm of the form's error over that of the best rival. */
  gain: number;
}

/**
 * Whether any of many rivals predicts better than a form, by the test for superior predictive ability of Hansen (2005, equations 4 to 9): the
 * largest gain over its standard error, beside the largest in resamples in which no rival is better. So the choice of the best is made again
 * in each resample, and the number of forms tried counts. Rivals that are clearly worse have no part in it.
 *
 * @param reference errors of the form
 * @param rivals errors of all forms tried, in the same resamples
 */
export function superiorTo(reference: LogErrors, rivals: readonly LogErrors[]): Superiority {
  const resamples = reference.draws.length;
  const largest = new Float64Array(resamples);
  const worse = Math.sqrt(2 * Math.log(Math.log(Math.max(resamples, 16))));
  const gains = new Float64Array(resamples);
  let [statistic, gain] = [0, 0];
  for (const rival of rivals) {
    if (rival === reference) continue;
    const observed = reference.data - rival.data;
    let [sum, squares] = [0, 0];
    for (let b = 0; b < resamples; b++) {
      const one = reference.draws[b]! - rival.draws[b]!;
      gains[b] = one;
      sum += one;
      squares += one * one;
    }
    const mean = sum / resamples;
    const error = Math.sqrt(Math.max(0, squares / resamples - mean * mean));
    if (!(error > 0)) continue;
    gain = Math.max(gain, observed);
    statistic = Math.max(statistic, observed / error);
    if (observed < -worse * error) continue;
    for (let b = 0; b < resamples; b++) largest[b] = Math.max(largest[b]!, (gains[b]! - mean) / error);
  }
  let reached = 0;
  for (const value of largest) if (value >= statistic) reached++;
  return { p: statistic === 0 ? 1 : (1 + reached) / (1 + resamples), gain };
}
