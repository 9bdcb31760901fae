import type { Belief } from "./belief.ts";

/** What a batch may have. */
export interface BatchLimits {
  /** Cost of each candidate: the first places of the belief, before the targets. */
  cost: Float64Array;
  /** Most that the batch may cost. */
  spend: number;
}

/**
 * Candidates that a spending limit pays for, in the order in which they are picked: each is the one that lowers the variance of the targets the
 * most, the mean of their shares, for the square root of its cost, when those before it are trained. For the cost itself many cheap runs
 * would be bought, which measure how the law is wrong far from the target; whatever the cost, a few large ones that do not tell its parameters apart.
 *
 * @param start with what the law gets wrong, so that many near runs do not stand for one near the target
 */
export function batchFor(start: Belief, { cost, spend }: BatchLimits): number[] {
  const belief = start.copy();
  const weights = belief.withTarget.map((_, t) => inverse(belief.variance[cost.length + t]!));
  const prices = cost.map(Math.sqrt);
  const open = new Set(cost.keys());
  const order: number[] = [];
  let spent = 0;
  for (;;) {
    let [best, most] = [-1, 0];
    for (const i of open) {
      if (spent + cost[i]! > spend * (1 + ROUNDING)) open.delete(i);
      else {
        const gain = weights.reduce((sum, weight, t) => sum + weight * belief.gain(t, i), 0) / prices[i]!;
        if (gain > most) [best, most] = [i, gain];
      }
    }
    if (best < 0) return order;
    open.delete(best);
    spent += cost[best]!;
    belief.train(best);
    order.push(best);
  }
}

/** Costs that sum up to the spending limit are within it. */
const ROUNDING = 1e-12;

const inverse = (variance: number): number => (variance > 0 ? 1 / variance : 0);

/** Share of the standard deviation of each target that is left after each of some runs: an array a run. */
export function leftAfter(start: Belief, candidates: number, order: readonly number[]): Float64Array[] {
  const belief = start.copy();
  const targets = belief.withTarget.map((_, t) => candidates + t);
  const before = targets.map((place) => belief.variance[place]!);
  return order.map((candidate) => {
    belief.train(candidate);
    return Float64Array.from(targets, (place, t) =>
      before[t]! > 0 ? Math.sqrt(belief.variance[place]! / before[t]!) : 1,
    );
  });
}
