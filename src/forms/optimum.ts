/** A function of the logarithm of a model's size. */
type OfSize = (logarithm: number) => number;

/** Places of the first look at a function. */
const places = 240;

/** Step of the differences that stand for a derivative: their error is near 1e-12 of the function. */
const step = 0.01;

/**
 * The place where a function is least, between two ends; undefined where it is least at an end or nowhere finite. Of several minima the one of the
 * lowest place that a first look sees. The derivative is 0 there to the digits that differences have, about 1e-11 of the curvature: a search
 * for the least value would find half of these digits.
 *
 * @param looks places of the first look
 */
export function leastPlace(value: OfSize, low: number, high: number, looks = places): number | undefined {
  const width = (high - low) / looks;
  let best = 0;
  const values = Float64Array.from({ length: looks + 1 }, (_, i) => value(low + i * width));
  for (let i = 1; i <= looks; i++)
    if (values[i]! < values[best]! || !Number.isFinite(values[best])) best = i;
  if (best === 0 || best === looks || !Number.isFinite(values[best])) return undefined;
  const slope: OfSize = (at) =>
    8 * (value(at + step) - value(at - step)) - (value(at + 2 * step) - value(at - 2 * step));
  let [below, above] = [low + (best - 1) * width, low + (best + 1) * width];
  if (!(slope(below) < 0 && slope(above) > 0)) return undefined;
  for (let half = 0; half < 60; half++) {
    const middle = (below + above) / 2;
    if (slope(middle) < 0) below = middle;
    else above = middle;
  }
  return (below + above) / 2;
}

/** A loss by a law of model size and tokens. */
export type LossAt = (n: number, d: number) => number;

/**
 * The model size of the least loss of a budget, and the exponent with which it grows there, where no closed form is known.
 *
 * @param c FLOPs, C = 6 N D
 * @returns undefined where the loss is least at one parameter or at one token
 */
export function numericalBestSize(lossAt: LossAt, c: number): { n: number; exponent: number } | undefined {
  const bestAt = (budget: number): number | undefined =>
    leastPlace((ln) => lossAt(Math.exp(ln), budget / (6 * Math.exp(ln))), 0, Math.log(budget / 6));
  // The size at budgets a little below and above: of a power of the budget their ratio is exact.
  const factor = 1.1;
  const [below, at, above] = [c / factor, c, c * factor].map(bestAt);
  if (below === undefined || at === undefined || above === undefined) return undefined;
  return { n: Math.exp(at), exponent: (above - below) / (2 * Math.log(factor)) };
}

/** A model, and what its training and its use cost. */
export interface InferenceOptimal {
  n: number;
  d: number;
  /** FLOPs of training and of inference, 6 N D + 2 N times the tokens of inference. */
  c: number;
}

/**
 * The model that reaches a loss and costs the least to train and to use (Sardana et al., 2024, arXiv 2401.00448, equation 3): the least of
 * 6 N D + 2 N T over sizes N, each trained on the tokens D that it needs for the loss.
 *
 * @param loss that is to be reached
 * @param tokens T of inference over the model's life, >= 0
 * @returns undefined where no model reaches it, or none of 1 to 1e18 parameters is the best
 */
export function inferenceOptimal(lossAt: LossAt, loss: number, tokens: number): InferenceOptimal | undefined {
  const tokensOf = (n: number): number => {
    let [low, high] = [0, Math.log(1e24)];
    if (!(lossAt(n, Math.exp(high)) <= loss)) return Number.POSITIVE_INFINITY;
    for (let half = 0; half < 80; half++) {
      const middle = (low + high) / 2;
      if (lossAt(n, Math.exp(middle)) > loss) low = middle;
      else high = middle;
    }
    return Math.exp((low + high) / 2);
  };
  const cost = (n: number): number => 6 * n * tokensOf(n) + 2 * n * tokens;
  const best = leastPlace((ln) => Math.log(cost(Math.exp(ln))), 0, Math.log(1e18));
  if (best === undefined) return undefined;
  const n = Math.exp(best);
  return { n, d: tokensOf(n), c: cost(n) };
}
