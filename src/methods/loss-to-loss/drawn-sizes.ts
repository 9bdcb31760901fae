import { perIndex } from "../per-index.ts";
import type { RunIndex } from "../runs.ts";
import { selectedRuns } from "../runs.ts";

/**
 * The run under whose name each fit run is resampled: the table's first fit run of its parameters and final tokens. Runs of
 * one size on all corpora are drawn together, so that pairs stay pairs.
 */
export const drawnAs = perIndex(
  (_: undefined) => "",
  ({ table: { run, role, n, d } }) => {
    const last = new Map<string, number>();
    for (let row = 0; row < run.length; row++) {
      if (role[row] !== "fit") continue;
      const before = last.get(run[row]!);
      if (before === undefined || d[row]! >= d[before]!) last.set(run[row]!, row);
    }
    const first = new Map<string, string>();
    return new Map(
      Array.from(last, ([name, row]) => {
        const size = `${n[row]} ${d[row]}`;
        const own = first.get(size) ?? name;
        first.set(size, own);
        return [name, own];
      }),
    );
  },
);

/** Names under which the selected fit runs are drawn, in the order of the table. */
export function drawnRuns(index: RunIndex, runs: string): string[] {
  const names = drawnAs(index, undefined);
  return [...new Set(selectedRuns(index, runs).map((run) => names.get(run)!))];
}
