import type { LoadedJob } from "./job.ts";
import { shortCount } from "./numbers.ts";
import { num, type Row, recordsOf, str } from "./records.ts";
import { ordered } from "./theme.ts";

/** Most groups of similar values, so that their colours can be told apart. */
const MOST_GROUPS = 6;

/** A group of values that are drawn in one colour. */
export interface ValueGroup {
  label: string;
  colour: string;
  /** The geometric mean of the group's values, which represents the group. */
  value: number;
  has(value: number): boolean;
}

/**
 * Groups positive values by size into at most six groups: one for each distinct value (to two digits), or quantiles where
 * there are more values.
 */
export function groupValues(values: Iterable<number>, label: (value: number) => string): ValueGroup[] {
  const sorted = [...new Set(Array.from(values, near))].filter((value) => value > 0).sort((a, b) => a - b);
  const size = Math.ceil(sorted.length / MOST_GROUPS);
  const groups: ValueGroup[] = [];
  for (let first = 0; first < sorted.length; first += size) {
    const members = sorted.slice(first, first + size);
    const [low, high] = [members[0]!, members.at(-1)!];
    const value = Math.exp(members.reduce((sum, member) => sum + Math.log(member), 0) / members.length);
    groups.push({
      label: low === high ? label(low) : `${label(low)} to ${label(high)}`,
      colour: "",
      value,
      has: (member) => near(member) >= low && near(member) <= high,
    });
  }
  const spread = groups.length > 1 ? (MOST_GROUPS - 1) / (groups.length - 1) : 0;
  return groups.map((group, g) => ({ ...group, colour: ordered(Math.round(g * spread)) }));
}

function near(value: number): number {
  return Number(value.toPrecision(2));
}

/** The rows of table `runs` by the name of the run; empty where the job directory has no such table. */
export function sizesOf(job: LoadedJob): Map<string, Row> {
  return new Map(recordsOf(job.tables.runs).map((row) => [str(row, "run"), row]));
}

/** The FLOPs of a run; NaN where they are unknown. */
export function flopsOf(sizes: ReadonlyMap<string, Row>, name: string): number {
  return num(sizes.get(name), "c");
}

export function parametersLabel(value: number): string {
  return `N = ${shortCount(value)}`;
}
