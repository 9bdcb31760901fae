import { readCountName } from "../tables/guess/input-names.ts";

/** The way along which a target's compute is changed: parameters and tokens in the ratio that they have there, further inputs as they are. */
export interface ScaleLine {
  /** The law's inputs at a multiple of the target's compute. */
  at(factor: number): number[];
}

/** The line through a target; undefined where no input says its scale. */
export function scaleLine(names: readonly string[], target: readonly number[]): ScaleLine | undefined {
  const keys = names.map((name) => readCountName(name)?.key);
  const sizes = new Set(keys.filter((key) => key === "n" || key === "d")).size;
  if (sizes === 0 && !keys.includes("c")) return undefined;
  // C = 6 N D: of both each grows by the square root.
  const powers = keys.map((key) => (key === undefined ? 0 : key === "c" || sizes === 1 ? 1 : 0.5));
  return { at: (factor) => target.map((value, v) => value * factor ** powers[v]!) };
}

/** Factors of compute among which an equal value is sought, either way. */
const REACH = Math.log(1e12);

const STEPS = 60;

/**
 * The factor of compute at which a law has a value, by bisection of the logarithm; the law is taken as monotone on the line. Infinite where it does
 * not get so far, 0 where it has passed the value at any compute that is looked at.
 *
 * @param sign 1 where a law falls with compute, -1 where it rises
 */
export function factorAt(value: (factor: number) => number, wanted: number, sign: 1 | -1): number {
  const isReached = (log: number) => sign * (value(Math.exp(log)) - wanted) <= 0;
  let [low, high] = [-REACH, REACH];
  if (!Number.isFinite(wanted)) return Number.NaN;
  if (!isReached(high)) return Number.POSITIVE_INFINITY;
  if (isReached(low)) return 0;
  for (let step = 0; step < STEPS; step++) {
    const middle = (low + high) / 2;
    if (isReached(middle)) high = middle;
    else low = middle;
  }
  return Math.exp((low + high) / 2);
}

/** The largest factor in a range at which a difference changes its sign; NaN where it does not. */
export function lastCrossing(difference: (factor: number) => number, low: number, high: number): number {
  const at = (i: number) => low * (high / low) ** (i / STEPS);
  let above = difference(at(STEPS));
  for (let i = STEPS - 1; i >= 0; i--) {
    const below = difference(at(i));
    if (below * above < 0) return bisected(difference, at(i), at(i + 1), below);
    if (below !== 0) above = below;
  }
  return Number.NaN;
}

function bisected(difference: (factor: number) => number, from: number, to: number, below: number): number {
  let [low, high] = [Math.log(from), Math.log(to)];
  for (let step = 0; step < STEPS / 2; step++) {
    const middle = (low + high) / 2;
    if (difference(Math.exp(middle)) * below > 0) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}
