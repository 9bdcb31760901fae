import { countOf } from "../tables/format.ts";

/** What stages had no solution, in a line with the commonest reason; undefined where all had one. */
export function skippedLine(counts: ReadonlyMap<string, number>): string | undefined {
  const [first, ...others] = [...counts].sort(([, a], [, b]) => b - a);
  if (first === undefined) return undefined;
  const total = [...counts.values()].reduce((sum, one) => sum + one, 0);
  const more = others.length === 0 ? "" : ` and ${countOf(others.length, "other reason")}`;
  return `${countOf(total, "stage")} of cells at cuts without a solution: ${first[0]} (${first[1]})${more}`;
}
