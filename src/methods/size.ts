import type { CheckpointTable } from "../tables/checkpoint-table.ts";

/** What a run spent: parameters, tokens, FLOPs, and on which data. */
export interface Size {
  n: number;
  d: number;
  c: number;
  /** Share of each source of the training data, where it is known. */
  mix?: ReadonlyMap<string, number>;
}

/** Size of a run at a row of the table (0-based). */
export function sizeAt({ n, d, c, mixes }: CheckpointTable, row: number): Size {
  const size = { n: n[row]!, d: d[row]!, c: c[row]! };
  if (mixes.size === 0) return size;
  return { ...size, mix: new Map(Array.from(mixes, ([source, shares]) => [source, shares[row]!])) };
}
