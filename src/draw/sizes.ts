import type { LoadedJob } from "./job.ts";
import { shortCount } from "./numbers.ts";
import { num, type Row, recordsOf, str } from "./records.ts";
import { ordered } from "./theme.ts";

/** Groups of like values at most, so that their colours can be told apart. */
const MOST_GROUPS = 6;

/** Values that are drawn in one colour. */
export interface ValueGroup {
  label: string;
  colour: string;
  /** What stands for the group: the geometric mean of its values. */
  value: number;
  has(value: number): boolean;
}

/**
 * Positive values in at most six groups by size: one for each distinct value (to two digits), or quantiles where there are
 * more.
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

/** Sizes of the runs by name; empty where the run directory has no table of them. */
export function sizesOf(job: LoadedJob): Map<string, Row> {
  return new Map(recordsOf(job.tables.runs).map((row) => [str(row, "run"), row]));
}

/** FLOPs of a run; NaN where they are not known. */
export function flopsOf(sizes: ReadonlyMap<string, Row>, name: string): number {
  return num(sizes.get(name), "c");
}

export function parametersLabel(value: number): string {
  return `N = ${shortCount(value)}`;
}
