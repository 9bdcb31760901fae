import { groupBy } from "../collections.ts";
import { drawsOf } from "../intervals/draws.ts";
import {
  anyValue,
  type Ends,
  type Judgement,
  judgeInterval,
  type ValueRange,
} from "../intervals/interval.ts";
import { rangeOfPredictions } from "../methods/value-range.ts";
import { sum } from "../statistics.ts";
import { gridOfTwo, type MixtureSpace, type Shares } from "./space.ts";
import type { BestMixture, MixtureIdentity } from "./study.ts";
import { endsOf, type Surface } from "./surface.ts";

/** Largest number of lattice points that a search starts from: enough for every basin of a piecewise smooth surface. */
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
function searchSimplex(
  space: MixtureSpace,
  value: (shares: Shares) => number,
  starts: readonly Shares[] = [],
): { shares: Shares; value: number } | undefined {
  const { points, spacing } = latticeOf(space);
  const tried = [...points, ...starts]
    .map((shares) => ({ shares, value: value(shares) }))
    .filter((point) => !Number.isNaN(point.value))
    .sort((a, b) => b.value - a.value);
  const improved = tried
    .slice(0, starts.length > 0 ? IMPROVED.replicate : IMPROVED.data)
    .map((point) => climb(space, value, point, spacing));
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
          const reached = value(shares);
          if (reached > best.value) {
            best = { shares, value: reached };
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
function latticeOf(space: MixtureSpace): { points: Shares[]; spacing: number } {
  const kept = lattices.get(space);
  if (kept !== undefined) return kept;
  const { lower, upper } = space;
  const free = 1 - sum(lower);
  let divisions = 1;
  while (divisions < 50 && compositions(divisions + 1, lower.length) <= MOST_POINTS) divisions++;
  const points = wholeParts(divisions, lower.length)
    .map((parts) =>
      parts.map((part, s) => snap(snap(lower[s]! + (free * part) / divisions, lower[s]!), upper[s]!)),
    )
    .filter((shares) => shares.every((share, s) => share <= upper[s]! + ROUNDING));
  const lattice = { points: [...points, filled(space)], spacing: free / divisions };
  lattices.set(space, lattice);
  return lattice;
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

/** How a predicted value changes along the share of a source. */
export type Shape = "flat" | "rising" | "falling" | "peak" | "valley" | "waves";

/** Relative differences up to this count as none. */
const FLAT = 1e-9;

/** The shape of a curve; anything but flat, rising and falling is not monotonic. */
export function shapeOf(values: readonly number[]): Shape {
  const defined = values.filter((value) => !Number.isNaN(value));
  const tolerance = FLAT * defined.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const turns: number[] = [];
  let last = defined[0] ?? 0;
  for (const value of defined) {
    if (Math.abs(value - last) <= tolerance) continue;
    const direction = Math.sign(value - last);
    if (turns.at(-1) !== direction) turns.push(direction);
    last = value;
  }
  if (turns.length === 0) return "flat";
  if (turns.length === 1) return turns[0] === 1 ? "rising" : "falling";
  if (turns.length === 2) return turns[0] === 1 ? "peak" : "valley";
  return "waves";
}

/**
 * The best mixture at each level of interval; none where no mixture has a value. The interval of a share lets each
 * replicate have its own optimum, that of the gain holds this one fixed: a replicate's own gains by definition.
 *
 * @param levels one that is undefined for no interval
 */
export function bestOf(
  surface: Surface,
  identity: MixtureIdentity,
  space: MixtureSpace,
  baseline: Shares,
  levels: readonly (number | undefined)[],
): BestMixture[] {
  const { sources } = space;
  const sign = identity.configuration.predicts === "loss" ? -1 : 1;
  const optimum = bestMixture(space, (shares) => surface.at(shares), sign);
  if (optimum === undefined) return [];
  const optima = Array.from({ length: surface.replicates }, (_, replicate) =>
    bestMixture(space, (shares) => surface.at(shares, replicate), sign, optimum.shares),
  );
  const shares = sources.map((_, s) =>
    drawsOf(Float64Array.from(optima, (best) => best?.shares[s] ?? Number.NaN)),
  );
  const gainOf = (replicate?: number) =>
    sign * (surface.at(optimum.shares, replicate) - surface.at(baseline, replicate));
  const predicted = surface.draws((replicate) => surface.at(optimum.shares, replicate));
  const gains = surface.draws(gainOf);
  const common = {
    ...identity,
    tasks: surface.tasks,
    optimum,
    verdict: surface.judge([optimum.shares])[0]!,
    baseline: { shares: baseline, value: surface.at(baseline) },
    gain: gainOf(),
    shape: sources.length === 2 ? shapeOf(gridOfTwo(space).map((mixture) => surface.at(mixture))) : undefined,
    atEnds: endsReached(space, optimum.shares),
    better: shareAbove0(gains.sorted),
    draws: gains.count,
  };
  const range = rangeOfPredictions(identity.configuration);
  return levels.map((level) => {
    const ends = {
      shares: shares.map((draws) => endsOf(draws, level)),
      predicted: endsOf(predicted, level),
      gains: endsOf(gains, level),
    };
    const judged = judgeAll([
      ["predicted", ends.predicted, optimum.value, range],
      ["gain", ends.gains, common.gain, anyValue],
      ...sources.map((name, s): Part => [`share of ${name}`, ends.shares[s]!, optimum.shares[s]!, anyValue]),
    ]);
    return { ...common, level, ...ends, ...judged };
  });
}

/** Name of a number, its interval, the number and what it can be. */
type Part = readonly [name: string, ends: Ends, estimate: number, range: ValueRange];

/** What is wrong with any of several numbers, the word of the first. */
function judgeAll(parts: readonly Part[]): Judgement {
  const wrong = parts.flatMap(([name, ends, estimate, range]) => {
    const { status, reason } = judgeInterval({ ...ends, status: "ok" }, estimate, range);
    return reason === null ? [] : [{ name, status, reason }];
  });
  const byReason = Array.from(
    groupBy(wrong, ({ reason }) => reason),
    ([reason, group]) => `${group.map(({ name }) => name).join(", ")}: ${reason}`,
  );
  return { status: wrong[0]?.status ?? "ok", reason: byReason.join("; ") || null };
}

function shareAbove0(sorted: Float64Array): number {
  return sorted.length === 0 ? Number.NaN : sorted.filter((gain) => gain > 0).length / sorted.length;
}

/** Sources whose share is as small or as large as is allowed; of two sources, the varied one alone. */
function endsReached(space: MixtureSpace, shares: Shares): string[] {
  const { sources, varied, lower, upper } = space;
  if (sources.length > 2) return sources.filter((_, s) => shares[s]! <= lower[s]! || shares[s]! >= upper[s]!);
  const grid = gridOfTwo(space);
  const isAtEnd = [grid[0]!, grid.at(-1)!].some((end) => end[varied] === shares[varied]);
  return isAtEnd ? [sources[varied]!] : [];
}

/** A mixture and its predicted value. */
export interface Optimum {
  shares: Shares;
  value: number;
}

/**
 * The best mixture: of two sources, the best of the grid (the first if several are equal); of more, found by a search over the simplex.
 *
 * @param value the predicted value of a mixture, NaN if there is none
 * @param sign 1 where the largest value is the best, -1 where the smallest is
 * @param start a mixture that the search should not fall behind
 * @returns undefined where no mixture has a value
 */
export function bestMixture(
  space: MixtureSpace,
  value: (shares: Shares) => number,
  sign: 1 | -1,
  start?: Shares,
): Optimum | undefined {
  if (space.sources.length > 2) {
    const searched = searchSimplex(space, (shares) => sign * value(shares), start && [start]);
    return searched && { shares: searched.shares, value: sign * searched.value };
  }
  let best: Optimum | undefined;
  for (const shares of gridOfTwo(space)) {
    const candidate = value(shares);
    if (Number.isNaN(candidate) || (best !== undefined && sign * candidate <= sign * best.value)) continue;
    best = { shares, value: candidate };
  }
  return best;
}
