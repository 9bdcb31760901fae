import { ownValue } from "../collections.ts";
import { notAmong, UserError } from "../errors.ts";
import type { Target } from "../methods/runs.ts";
import { readMixture } from "../plan/selection.ts";
import { sum } from "../statistics.ts";
import { EXACT_SHARES } from "../tables/shares.ts";
import type { CheckedMixtures } from "./spec.ts";

/** Shares of the sources, in their order; they sum to 1. */
export type Shares = readonly number[];

/** The mixtures that are tried. */
export interface MixtureSpace {
  /** Names of the sources, two or more. */
  sources: readonly string[];
  /** Bounds of the share of each source. */
  lower: Shares;
  upper: Shares;
  /** Distance of the shares that are tried. */
  step: number;
  /** Of two sources, the place of the one that is varied. */
  varied: number;
}

/** Mixtures along which one source's share runs from its least to its largest, the others in proportion. */
export interface Slice {
  /** Place of the source among the sources. */
  source: number;
  mixtures: readonly Shares[];
}

/** Default distance of the shares that are tried. */
export const DEFAULT_STEP = 0.01;

/** How many times coarser than the search a slice is where there are more than two sources. */
const SLICE_STEPS = 5;

/**
 * The space of mixtures that a sweep searches.
 *
 * @param sources of the table, in its order
 * @param where file and key, for messages
 * @throws UserError for fewer than two sources, an unknown source, and bounds that no mixture satisfies
 */
export function mixtureSpace(
  { source, bounds = {}, step = DEFAULT_STEP }: CheckedMixtures,
  sources: readonly string[],
  where: string,
): MixtureSpace {
  if (sources.length < 2) {
    const has = sources.length === 0 ? "has no column mix.<source>" : `has ${sources[0]} alone`;
    throw new UserError(
      `${where}: the table ${has}; allowed: a table with the shares of two sources or more`,
    );
  }
  if (source !== undefined && sources.length > 2) {
    throw new UserError(
      `${where}.source: ${JSON.stringify(source)}; not allowed: of more than two sources all are varied`,
    );
  }
  for (const name of [...(source === undefined ? [] : [source]), ...Object.keys(bounds)]) {
    if (sources.includes(name)) continue;
    throw new UserError(`${where}: unknown source ${notAmong(name, sources)}`);
  }
  const varied = source === undefined ? 1 : sources.indexOf(source);
  const isTwo = sources.length === 2;
  const ranges = sources.map((name, s): readonly [number, number] => {
    return ownValue(bounds, name) ?? [0, isTwo && s === varied && Object.keys(bounds).length === 0 ? 0.5 : 1];
  });
  const lower = ranges.map(([low]) => low);
  const upper = ranges.map(([, high]) => high);
  if (sum(lower) > 1 + EXACT_SHARES || sum(upper) < 1 - EXACT_SHARES) {
    throw new UserError(
      `${where}.bounds: the least shares sum to ${sum(lower)}, the largest to ${sum(upper)}; allowed: bounds that hold shares which sum to 1`,
    );
  }
  return { sources, lower, upper, step, varied };
}

/** The mixture that gains are over: the one given, the target's own, or equal shares. */
export function baselineOf(
  given: CheckedMixtures["baseline"],
  { mix }: Target,
  sources: readonly string[],
  where: string,
): Shares {
  const asked = given === undefined ? mix : readMixture(given, sources, `${where}.baseline`);
  const shares = sources.map((source) => asked?.get(source) ?? Number.NaN);
  return shares.some(Number.isNaN) ? sources.map(() => 1 / sources.length) : shares;
}

/** The curves through a baseline: of two sources the varied one's, else one for each source. */
export function slicesOf(space: MixtureSpace, baseline: Shares): Slice[] {
  const { sources, varied, step } = space;
  if (sources.length === 2) return [{ source: varied, mixtures: gridOfTwo(space) }];
  return sources.map((_, source) => {
    const shares = gridOf(space.lower[source]!, space.upper[source]!, SLICE_STEPS * step);
    return { source, mixtures: shares.map((share) => withShare(baseline, source, share)) };
  });
}

const grids = new WeakMap<MixtureSpace, readonly Shares[]>();

/** Of two sources, the mixtures that are tried: the same arrays at every call. */
export function gridOfTwo(space: MixtureSpace): readonly Shares[] {
  const kept = grids.get(space);
  if (kept !== undefined) return kept;
  const [low, high] = rangeOfTwo(space);
  const grid = gridOf(low, high, space.step).map((share) => ofTwo(space.varied, share));
  grids.set(space, grid);
  return grid;
}

/** The least and the largest share of the varied one of two sources. */
function rangeOfTwo({ lower, upper, varied }: MixtureSpace): [number, number] {
  const other = 1 - varied;
  return [Math.max(lower[varied]!, 1 - upper[other]!), Math.min(upper[varied]!, 1 - lower[other]!)];
}

function ofTwo(varied: number, share: number): Shares {
  return varied === 1 ? [1 - share, share] : [share, 1 - share];
}

/** low, low + step, ... as whole multiples, and high. */
function gridOf(low: number, high: number, step: number): number[] {
  const count = Math.floor((high - low) / step + 1e-9);
  const grid = Array.from({ length: count + 1 }, (_, i) => Number((low + i * step).toPrecision(12)));
  return high - grid.at(-1)! > 1e-9 ? [...grid, high] : grid;
}

/** A mixture with the share of one source replaced, the others in their proportion; of others without share, alike. */
function withShare(shares: Shares, source: number, share: number): Shares {
  const others = 1 - shares[source]!;
  return shares.map((current, s) => {
    if (s === source) return share;
    return others > 0 ? (current / others) * (1 - share) : (1 - share) / (shares.length - 1);
  });
}
