/** A function of the logarithm of a model's size. */
type OfSize = (logarithm: number) => number;

/** Places of the first look at a function. */
const places = 240;

/** Step of the differences that stand for a derivative: their error is near 1e-12 of the function. */
const step = 0.01;

/** The derivative of a function, up to a positive factor. */
const slopeOf =
  (value: OfSize): OfSize =>
  (at) =>
    8 * (value(at + step) - value(at - step)) - (value(at + 2 * step) - value(at - 2 * step));

/**
 * The place where a function is least, between two ends; undefined where it is least at an end or nowhere finite. Of several minima the one of the
 * lowest place that a first look sees. The derivative is 0 there to the digits that differences have, about 1e-11 of the curvature: a search
 * for the least value would find half of these digits.
 *
 * @param near a place that may be near, as of a function that differs little. @default the whole range is looked at
 * @param looks places of the first look
 */
export function leastPlace(
  value: OfSize,
  low: number,
  high: number,
  { near, looks = places }: { near?: number | undefined; looks?: number } = {},
): number | undefined {
  const found = near === undefined ? undefined : leastPlaceNear(value, low, high, near);
  if (found !== undefined) return found;
  const width = (high - low) / looks;
  let best = 0;
  const values = Float64Array.from({ length: looks + 1 }, (_, i) => value(low + i * width));
  for (let i = 1; i <= looks; i++) if (values[i]! < values[best]! || !Number.isFinite(values[best])) best = i;
  if (best === 0 || best === looks || !Number.isFinite(values[best])) return undefined;
  const slope = slopeOf(value);
  let [below, above] = [low + (best - 1) * width, low + (best + 1) * width];
  if (!(slope(below) < 0 && slope(above) > 0)) return undefined;
  for (let half = 0; half < 60; half++) {
    const middle = (below + above) / 2;
    if (slope(middle) < 0) below = middle;
    else above = middle;
  }
  return (below + above) / 2;
}

/** Places of a look that only has to tell whether another minimum is lower. */
const fewPlaces = 24;

/** How far from a place that may be near the derivative is to change its sign: e^4 = 55 times the size. */
const farthest = 4;

/** How well a place by a place near it is known. */
const tolerance = 1e-11;

/** A place, and the derivative there. */
interface Place {
  at: number;
  slope: number;
}

/** The same from a place near it; undefined where the derivative has no zero there, or the function is lower elsewhere. */
function leastPlaceNear(value: OfSize, low: number, high: number, near: number): number | undefined {
  const slope = slopeOf(value);
  const end = (side: -1 | 1): Place | undefined => {
    for (let reach = step; reach <= farthest; reach *= 3) {
      const at = near + side * reach;
      if (!(at > low && at < high)) return undefined;
      const there = slope(at);
      if (side * there > 0) return { at, slope: there };
    }
    return undefined;
  };
  const [below, above] = [end(-1), end(1)];
  const place = below && above && zeroBetween(slope, below, above);
  if (place === undefined) return undefined;
  const least = value(place);
  for (let i = 0; i <= fewPlaces; i++)
    if (value(low + (i * (high - low)) / fewPlaces) < least) return undefined;
  return place;
}

/** The zero of a function that is below 0 at one end and above it at the other, by the Illinois method (Dowell & Jarratt, 1971). */
function zeroBetween(slope: OfSize, first: Place, last: Place): number | undefined {
  const [below, above] = [{ ...first }, { ...last }];
  let before = Number.NaN;
  let moved: Place | undefined;
  for (let trial = 0; trial < 60; trial++) {
    const at = below.at - (below.slope * (above.at - below.at)) / (above.slope - below.slope);
    if (Math.abs(at - before) <= tolerance) return at;
    before = at;
    const there = slope(at);
    const [end, other] = there < 0 ? [below, above] : [above, below];
    Object.assign(end, { at, slope: there });
    // An end that stays twice counts half.
    if (moved === end) other.slope /= 2;
    moved = end;
  }
  return undefined;
}

/** A loss by a law of model size and tokens. */
export type LossAt = (n: number, d: number) => number;

/**
 * The model size of the least loss of a budget, and the exponent with which it grows there, where no closed form is known.
 *
 * @param c FLOPs, C = 6 N D
 * @param near a size that may be near the best, as that of a law that differs little. @default all sizes are looked at
 * @returns undefined where the loss is least at one parameter or at one token
 */
export function numericalBestSize(
  lossAt: LossAt,
  c: number,
  near?: number,
): { n: number; exponent: number } | undefined {
  const place = near === undefined ? undefined : Math.log(near);
  const bestAt = (budget: number): number | undefined =>
    leastPlace((ln) => lossAt(Math.exp(ln), budget / (6 * Math.exp(ln))), 0, Math.log(budget / 6), {
      near: place,
    });
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
 * @param near a size that may be near the best. @default all sizes are looked at
 * @returns undefined where no model reaches it, or none of 1 to 1e18 parameters is the best
 */
export function inferenceOptimal(
  lossAt: LossAt,
  loss: number,
  tokens: number,
  near?: number,
): InferenceOptimal | undefined {
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
  const place = near === undefined ? undefined : Math.log(near);
  const best = leastPlace((ln) => Math.log(cost(Math.exp(ln))), 0, Math.log(1e18), { near: place });
  if (best === undefined) return undefined;
  const n = Math.exp(best);
  return { n, d: tokensOf(n), c: cost(n) };
}
