import { sum } from "../statistics.ts";
import type { MixtureSpace, Shares } from "./space.ts";

/** Lattice points that a search starts from, at most: enough to stand in every basin of a piecewise smooth surface. */
const MOST_POINTS = 500;

/**
 * Lattice points that are improved: of the fit of the data, and of a replicate, which has the optimum of the data besides.
 * With kinks from a network's units exchanges may stop early; on 300 random networks of three sources 30 points missed the
 * best by more than a step in 2 cases, 10 in 11, 3 in 18, by less than 0.5 % of the range.
 */
const IMPROVED = { data: 30, replicate: 10 };

/**
 * The mixture with the largest value: the best points of a lattice over the simplex, improved by moving ever smaller parts
 * from one source to another until no part of the step helps.
 *
 * @param value NaN where a mixture has none
 * @param starts mixtures to improve besides, such as the optimum of the data for a replicate
 */
export function searchSimplex(
  space: MixtureSpace,
  value: (shares: Shares) => number,
  starts: readonly Shares[] = [],
): { shares: Shares; value: number } | undefined {
  const { points, spacing } = latticeOf(space);
  const tried = [...points, ...starts]
    .map((shares) => ({ shares, value: value(shares) }))
    .filter((one) => !Number.isNaN(one.value))
    .sort((a, b) => b.value - a.value);
  const improved = tried
    .slice(0, starts.length > 0 ? IMPROVED.replicate : IMPROVED.data)
    .map((one) => climb(space, value, one, spacing));
  return improved.sort((a, b) => b.value - a.value)[0];
}

function climb(
  { lower, upper, step }: MixtureSpace,
  value: (shares: Shares) => number,
  from: { shares: Shares; value: number },
  spacing: number,
): { shares: Shares; value: number } {
  let best = from;
  const count = lower.length;
  // Parts are whole multiples of the step, halved down to it.
  for (let parts = Math.max(1, Math.round(spacing / step)); parts >= 1; parts = Math.floor(parts / 2)) {
    let isBetter = true;
    while (isBetter) {
      isBetter = false;
      for (let giver = 0; giver < count; giver++) {
        for (let taker = 0; taker < count; taker++) {
          if (giver === taker) continue;
          const part = Math.min(
            parts * step,
            best.shares[giver]! - lower[giver]!,
            upper[taker]! - best.shares[taker]!,
          );
          if (part <= ROUNDING) continue;
          const shares = best.shares.map((share, s) => {
            if (s === giver) return snap(share - part, lower[giver]!);
            return s === taker ? snap(share + part, upper[taker]!) : share;
          });
          const own = value(shares);
          if (own > best.value) {
            best = { shares, value: own };
            isBetter = true;
          }
        }
      }
    }
  }
  return best;
}

/** Differences of shares that rounding can make. */
const ROUNDING = 1e-12;

function snap(share: number, end: number): number {
  return Math.abs(share - end) < ROUNDING ? end : share;
}

const lattices = new WeakMap<MixtureSpace, { points: Shares[]; spacing: number }>();

/** Mixtures evenly over the simplex above the lower bounds, those within the upper ones; at least one. */
export function latticeOf(space: MixtureSpace): { points: Shares[]; spacing: number } {
  const known = lattices.get(space);
  if (known !== undefined) return known;
  const { lower, upper } = space;
  const free = 1 - sum(lower);
  let divisions = 1;
  while (divisions < 50 && compositions(divisions + 1, lower.length) <= MOST_POINTS) divisions++;
  const points = wholeParts(divisions, lower.length)
    .map((parts) =>
      parts.map((part, s) => snap(snap(lower[s]! + (free * part) / divisions, lower[s]!), upper[s]!)),
    )
    .filter((shares) => shares.every((share, s) => share <= upper[s]! + ROUNDING));
  const found = { points: [...points, filled(space)], spacing: free / divisions };
  lattices.set(space, found);
  return found;
}

/** A mixture within bounds: every source at its least share, then filled up in order. */
function filled({ lower, upper }: MixtureSpace): Shares {
  let left = 1 - sum(lower);
  return lower.map((low, s) => {
    const part = Math.min(left, upper[s]! - low);
    left -= part;
    return snap(low + part, upper[s]!);
  });
}

/** Number of ways to split a whole number into so many parts. */
function compositions(whole: number, parts: number): number {
  let count = 1;
  for (let i = 1; i < parts; i++) count = (count * (whole + i)) / i;
  return count;
}

function wholeParts(whole: number, parts: number): number[][] {
  if (parts === 1) return [[whole]];
  return Array.from({ length: whole + 1 }, (_, first) =>
    wholeParts(whole - first, parts - 1).map((rest) => [first, ...rest]),
  ).flat();
}
