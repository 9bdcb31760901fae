import { groupBy } from "../collections.ts";
import { drawsOf } from "../intervals/draws.ts";
import { anyValue, type Judgement, judgeInterval, type ValueRange } from "../intervals/judge.ts";
import { rangeOfPredictions } from "../methods/value-range.ts";
import type { BestMixture, Ends, MixtureIdentity } from "./results.ts";
import { searchSimplex } from "./simplex-search.ts";
import { gridOfTwo, type MixtureSpace, type Shares } from "./space.ts";
import { endsOf, type Surface } from "./surface.ts";

/** How a predicted value runs along the share of a source. */
export type Shape = "flat" | "rising" | "falling" | "peak" | "valley" | "waves";

/** Relative differences that are none. */
const FLAT = 1e-9;

/** The shape of a curve; anything but flat, rising and falling is not monotonic. */
export function shapeOf(values: readonly number[]): Shape {
  const known = values.filter((value) => !Number.isNaN(value));
  const tolerance = FLAT * known.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const turns: number[] = [];
  let last = known[0] ?? 0;
  for (const value of known) {
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
  const own = Array.from({ length: surface.replicates }, (_, replicate) =>
    bestMixture(space, (shares) => surface.at(shares, replicate), sign, optimum.shares),
  );
  const shares = sources.map((_, s) =>
    drawsOf(Float64Array.from(own, (one) => one?.shares[s] ?? Number.NaN)),
  );
  const gainOf = (replicate?: number) =>
    sign * (surface.at(optimum.shares, replicate) - surface.at(baseline, replicate));
  const predicted = surface.draws((replicate) => surface.at(optimum.shares, replicate));
  const gains = surface.draws(gainOf);
  const found = {
    ...identity,
    tasks: surface.tasks,
    optimum,
    verdict: surface.judge([optimum.shares])[0]!,
    baseline: { shares: baseline, value: surface.at(baseline) },
    gain: gainOf(),
    shape: sources.length === 2 ? shapeOf(gridOfTwo(space).map((one) => surface.at(one))) : undefined,
    atEnds: endsReached(space, optimum.shares),
    better: shareAbove0(gains.sorted),
    draws: gains.sorted.length,
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
      ["gain", ends.gains, found.gain, anyValue],
      ...sources.map((name, s): Part => [`share of ${name}`, ends.shares[s]!, optimum.shares[s]!, anyValue]),
    ]);
    return { ...found, level, ...ends, ...judged };
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
    ([reason, own]) => `${own.map(({ name }) => name).join(", ")}: ${reason}`,
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
 * The best mixture: of two sources, the best of the grid, the first of equals; of more, found by a search over the simplex.
 *
 * @param value what is predicted, NaN where nothing is
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
    const found = searchSimplex(space, (shares) => sign * value(shares), start && [start]);
    return found && { shares: found.shares, value: sign * found.value };
  }
  let best: Optimum | undefined;
  for (const shares of gridOfTwo(space)) {
    const own = value(shares);
    if (Number.isNaN(own) || (best !== undefined && sign * own <= sign * best.value)) continue;
    best = { shares, value: own };
  }
  return best;
}
