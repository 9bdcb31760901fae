import { lastRows } from "../../tables/run-order.ts";
import { perIndex } from "../per-index.ts";
import type { RunIndex } from "../runs.ts";
import { selectedRuns } from "../runs.ts";

/**
 * The run under whose name each fit run is resampled: the first, in the order of content, of its parameters and final tokens.
 * Runs of one size on all corpora are drawn together, so that pairs stay pairs.
 */
export const drawnAs = perIndex(
  (_: undefined) => "",
  ({ table, places }) => {
    const { role, n, d } = table;
    const first = new Map<string, string>();
    const names = new Map<string, string>();
    for (const [name, row] of lastRows(table, places.keys(), (one) => role[one] === "fit")) {
      const size = `${n[row]} ${d[row]}`;
      const own = first.get(size) ?? name;
      first.set(size, own);
      names.set(name, own);
    }
    return names;
  },
);

/** Names under which the selected fit runs are drawn, in the order of content. */
export function drawnRuns(index: RunIndex, runs: string): string[] {
  const names = drawnAs(index, undefined);
  return [...new Set(selectedRuns(index, runs).map((run) => names.get(run)!))];
}
