import type { Size } from "../size.ts";

/**
 * What a source with share 0 counts as, which the logarithms of the laws M2 and M4 do not know.
 *
 * - `overlap`: sources are never wholly apart, as code stands on web pages too: of the share of every source a part
 *   counts for each other, `C_s = C (p_s + e) / (1 + K e)` for K sources. The sum over sources stays C.
 * - `floor`: a share below e counts as e. The sum over sources may exceed C.
 * - `drop`: the run is left out.
 */
export type ZeroShare = "overlap" | "floor" | "drop";

/** How FLOPs are told apart by source. */
export interface SourcePolicy {
  zeroShare: ZeroShare;
  /** e: a share, > 0. */
  shareFloor: number;
}

/**
 * FLOPs of each source, in the order of `sources`, or why they are not known.
 *
 * @param size with c, the FLOPs of the whole run
 */
export function sourceFlops(
  { c, mix }: Size,
  sources: readonly string[],
  policy: SourcePolicy,
): number[] | { leftOut: string } {
  const shares = sources.map((source) => mix?.get(source) ?? Number.NaN);
  if (shares.some(Number.isNaN))
    return { leftOut: "its mixture is not known (columns mix.<source>; of a target given by its size, mix)" };
  const parts = countedShares(shares, policy);
  if (parts !== undefined) return parts.map((part) => c * part);
  return { leftOut: `it has nothing of ${sources[shares.indexOf(0)]}, and zero_share is drop` };
}

/** What the share of each source counts as; undefined where a share of 0 leaves the run out. */
function countedShares(
  shares: readonly number[],
  { zeroShare, shareFloor }: SourcePolicy,
): number[] | undefined {
  switch (zeroShare) {
    case "overlap":
      return shares.map((share) => (share + shareFloor) / (1 + shares.length * shareFloor));
    case "floor":
      return shares.map((share) => Math.max(share, shareFloor));
    case "drop":
      return shares.includes(0) ? undefined : [...shares];
  }
}
