import { mean } from "../statistics.ts";
import type { Belief } from "./belief.ts";

/** What a batch may have. */
export interface BatchLimits {
  /** Cost of each candidate: the first places of the belief, before the targets. */
  cost: Float64Array;
  /** Most that the batch may cost. */
  spend: number;
}

/** The powers of the cost that gains are divided by: from the best run whatever it costs to the best for its cost. */
const POWERS = [0, 0.25, 0.5, 0.75, 1] as const;

/**
 * Candidates that a spending limit pays for, in the order in which they are picked: each is the one that lowers the variance of the targets the
 * most for its cost to some power, when those before it are trained. Greedy by gain for the cost alone may buy many cheap runs where a large one
 * would tell more, and greedy by gain alone the opposite: of some powers, the batch is taken that leaves the least.
 *
 * @param belief with what the law gets wrong, so that many near runs do not stand for one near the target
 */
export function bestBatch(belief: Belief, limits: BatchLimits): number[] {
  const batches = POWERS.map((power) => greedyBatch(belief, limits, power));
  return batches.reduce((best, batch) => (batch.left < best.left ? batch : best)).order;
}

/** @returns candidates in order, and the share of the targets' variance, its mean, that is left */
function greedyBatch(
  start: Belief,
  { cost, spend }: BatchLimits,
  power: number,
): { order: number[]; left: number } {
  const belief = start.copy();
  const weights = belief.withTarget.map((_, t) => inverse(belief.variance[cost.length + t]!));
  const prices = cost.map((price) => price ** power);
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
    if (best < 0) break;
    open.delete(best);
    spent += cost[best]!;
    belief.train(best);
    order.push(best);
  }
  return { order, left: mean(weights.map((weight, t) => weight * belief.variance[cost.length + t]!)) };
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
