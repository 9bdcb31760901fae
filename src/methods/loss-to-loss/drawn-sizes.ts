import { isLater } from "../../tables/run-order.ts";
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
    const { run, role, n, d } = table;
    const last = new Map<string, number>();
    for (let row = 0; row < run.length; row++) {
      if (role[row] !== "fit") continue;
      const before = last.get(run[row]!);
      if (before === undefined || isLater(table, row, before)) last.set(run[row]!, row);
    }
    const first = new Map<string, string>();
    const names = new Map<string, string>();
    for (const name of places.keys()) {
      const row = last.get(name);
      if (row === undefined) continue;
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
