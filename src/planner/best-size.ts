import { leastPlace } from "../forms/optimum.ts";
import type { Cost } from "./cost.ts";

/** Smallest and largest values that are allowed. */
export interface Limits {
  n: readonly [least: number, most: number];
  d: readonly [least: number, most: number];
}

/** A law by model size and tokens, the other inputs held. */
export interface Surface {
  /** Its value at N parameters and D tokens. */
  valueAt(n: number, d: number): number;
  /** Whether the least value is the best, as of a loss, and not the greatest, as of a score. */
  isLeast: boolean;
}

/** Why the best size is where it is, if not for the law alone. */
export type Edge = "n-min" | "n-max" | "d-min" | "d-max" | "one-parameter" | "one-token";

/** The sizes that use up a budget, each with as many tokens as the budget or the limit of tokens leaves. */
export interface Path {
  /** Smallest and largest N, and what each is due to. */
  n: readonly [number, number];
  edges: readonly [Edge, Edge];
  /** The N up to which the limit of tokens binds, and some of the budget is left; 0 where it never does. */
  bent: number;
  /** The tokens of a size. */
  tokensAt(n: number): number;
}

/** The best size of a path. */
export interface BestSize {
  n: number;
  d: number;
  value: number;
  /** What it lies at; empty where the law alone says so. */
  edges: Edge[];
  /** Other sizes that are as good to 1e-6 of the value, with worse ones between. */
  others: number[];
}

/** More parameters than any model has. */
const MOST_SIZE = 1e24;

/** Differences of values up to this share count as none. */
const EQUAL = 1e-6;

/** Places of a look at a whole path. */
const LOOKS = 240;

/**
 * The sizes that use up a budget within limits.
 *
 * @returns undefined where the budget does not pay for any of them
 */
export function pathOf(cost: Cost, budget: number, { n, d }: Limits): Path | undefined {
  const from = Math.max(1, n[0]);
  const [fewest, most] = [Math.max(1, d[0]), d[1]];
  const affordsAt = (tokens: number) => (size: number) => cost.tokensAt(size, budget) >= tokens;
  if (!affordsAt(fewest)(from)) return undefined;
  const limit = Math.min(n[1], MOST_SIZE);
  const to = largest(from, limit, affordsAt(fewest));
  return {
    n: [from, to],
    edges: [n[0] > 1 ? "n-min" : "one-parameter", to === limit ? "n-max" : d[0] > 1 ? "d-min" : "one-token"],
    bent: affordsAt(most)(from) ? largest(from, to, affordsAt(most)) : 0,
    tokensAt: (size) => Math.min(cost.tokensAt(size, budget), most),
  };
}

/** The largest size for which something holds that holds up to some size. */
function largest(low: number, high: number, holds: (size: number) => boolean): number {
  if (holds(high)) return high;
  let [within, beyond] = [Math.log(low), Math.log(high)];
  for (let half = 0; half < 100; half++) {
    const middle = (within + beyond) / 2;
    if (holds(Math.exp(middle))) within = middle;
    else beyond = middle;
  }
  return Math.max(low, Math.exp(within));
}

/** A place of a path at which no neighbour is better. */
interface Candidate {
  log: number;
  /** The value, the sign of a score changed: less is better. */
  value: number;
}

/**
 * The best size of a path. The whole of it is looked at, on both sides of the bend at the limit of tokens, and each place that no
 * neighbour betters is refined until the slope is 0 to the digits that differences have.
 *
 * @param looks places of the look: fewer do for a replicate of a law that was looked at
 * @returns undefined where the law has no finite value on the path
 */
export function bestOnPath(surface: Surface, path: Path, looks = LOOKS): BestSize | undefined {
  const sign = surface.isLeast ? 1 : -1;
  const [from, to] = path.n;
  const isBent = path.bent > from;
  const parts: [low: number, high: number, tokensAt: (n: number) => number][] = [
    ...(isBent ? [[from, path.bent, () => path.tokensAt(from)] as [number, number, () => number]] : []),
    ...(path.bent < to
      ? [[Math.max(from, path.bent), to, path.tokensAt] as [number, number, Path["tokensAt"]]]
      : []),
  ];
  const candidates = parts.flatMap(([low, high, tokensAt]) =>
    localBest((log) => sign * surface.valueAt(Math.exp(log), tokensAt(Math.exp(log))), [low, high], looks),
  );
  const best = candidates.reduce<Candidate | undefined>(
    (least, one) => (least === undefined || one.value < least.value ? one : least),
    undefined,
  );
  if (best === undefined) return undefined;
  const sizeOf = ({ log }: Candidate): number => Math.min(Math.max(Math.exp(log), from), to);
  const n = sizeOf(best);
  const isNear = (size: number, other: number): boolean => Math.abs(Math.log(size / other)) < 1e-9;
  const edges: Edge[] = [
    ...(isNear(n, from) ? [path.edges[0]] : isNear(n, to) ? [path.edges[1]] : []),
    ...(isBent && (n < path.bent || isNear(n, path.bent)) ? (["d-max"] as const) : []),
  ];
  const others = candidates.filter(
    ({ log, value }) =>
      value - best.value <= EQUAL * Math.abs(best.value) && Math.abs(log - best.log) > Math.LN2,
  );
  return { n, d: path.tokensAt(n), value: sign * best.value, edges, others: others.map(sizeOf) };
}

/** The places between two sizes that no neighbour betters, refined. */
function localBest(at: (log: number) => number, ends: readonly [number, number], looks: number): Candidate[] {
  const [low, high] = [Math.log(ends[0]), Math.log(ends[1])];
  if (!(high > low)) return finite([{ log: low, value: at(low) }]);
  const width = (high - low) / looks;
  const logs = Float64Array.from({ length: looks + 1 }, (_, i) => low + i * width);
  const values = logs.map(at);
  const found: Candidate[] = [];
  for (let i = 0; i <= looks; i++) {
    const isBest = !(values[i - 1]! < values[i]!) && !(values[i + 1]! <= values[i]!);
    if (!isBest) continue;
    const inner = i > 0 && i < looks ? leastPlace(at, logs[i - 1]!, logs[i + 1]!, { looks: 4 }) : undefined;
    const log = inner ?? logs[i]!;
    found.push({ log, value: at(log) });
  }
  return finite(found);
}

const finite = (candidates: readonly Candidate[]): Candidate[] =>
  candidates.filter(({ value }) => Number.isFinite(value));

/** The sizes whose value is within a share of the best. */
export interface FlatRegion {
  share: number;
  n: readonly [lower: number, upper: number];
  /** The tokens at these: those of the smallest N first. */
  d: readonly [atLower: number, atUpper: number];
}

/** The sizes about the best one, without a gap, whose values are within a share of its own. An end of the path ends them too. */
export function flatRegion(surface: Surface, path: Path, best: BestSize, share: number): FlatRegion {
  const sign = surface.isLeast ? 1 : -1;
  const worst = sign * best.value + share * Math.abs(best.value);
  const isWithin = (log: number): boolean => {
    const n = Math.exp(log);
    return sign * surface.valueAt(n, path.tokensAt(n)) <= worst;
  };
  const n = path.n.map((size) => endOf(Math.log(best.n), Math.log(size), isWithin)) as [number, number];
  return { share, n, d: n.map(path.tokensAt) as [number, number] };
}

/** How far from a place towards an end something holds, as a size. */
function endOf(from: number, to: number, holds: (log: number) => boolean): number {
  const step = (to - from) / LOOKS;
  let last = from;
  for (let i = 1; i <= LOOKS; i++) {
    const next = i === LOOKS ? to : from + i * step;
    if (!holds(next)) return Math.exp(crossing(last, next, holds));
    last = next;
  }
  return Math.exp(to);
}

function crossing(within: number, beyond: number, holds: (log: number) => boolean): number {
  let [low, high] = [within, beyond];
  for (let half = 0; half < 60; half++) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}
