import { runColumns } from "../../methods/run-columns.ts";
import type { RunIndex } from "../../methods/runs.ts";
import { findColumn } from "../../tables/table.ts";
import type { ColumnOf } from "../table-of.ts";
import { largestOf } from "./summaries.ts";

/** The fit runs behind a prediction, in short. */
export interface RunsUsed {
  runs: number;
  /** Parameters, multiple of Chinchilla-optimal data, and FLOPs of the largest run in each; NaN without runs. */
  largestN: number;
  largestXc: number;
  largestC: number;
  /** FLOPs of all runs together. */
  totalC: number;
}

/** Sums up the fit runs that a predicate holds for and that were measured on one of the tasks. */
export type SumUpRuns = (predicate: string, tasks: readonly string[]) => RunsUsed;

/** Makes the function; `index` knows the runs of each predicate of axis `runs`. */
export function runsUsedBy(index: RunIndex): SumUpRuns {
  const facts = runColumns(index.table);
  const [names, n, xc, c] = ["run", "n", "xc", "c"].map((name) => findColumn(facts, name)!.values);
  const measured = new Map<string, ReadonlySet<string>>();
  const runsOf = (task: string): ReadonlySet<string> => {
    const runs = measured.get(task) ?? new Set(index.fitRuns(task).map(({ run }) => run));
    measured.set(task, runs);
    return runs;
  };
  const sumUp: SumUpRuns = (predicate, tasks) => {
    const selected = index.selected(predicate);
    const used = Array.from(names!, String).flatMap((name, i) =>
      selected.has(name) && tasks.some((task) => runsOf(task).has(name)) ? [i] : [],
    );
    const flops = used.map((i) => Number(c![i]));
    return {
      runs: used.length,
      largestN: largestOf(used.map((i) => Number(n![i]))),
      largestXc: largestOf(used.map((i) => Number(xc![i]))),
      largestC: largestOf(flops),
      totalC: flops.reduce((sum, one) => sum + one, 0),
    };
  };
  const known = new Map<string, RunsUsed>();
  return (predicate, tasks) => {
    const key = [predicate, ...tasks].join("\n");
    const used = known.get(key) ?? sumUp(predicate, tasks);
    known.set(key, used);
    return used;
  };
}

/** Columns of what was used. */
export const usedColumns: readonly ColumnOf<RunsUsed>[] = [
  { name: "runs_used", type: "int64", value: ({ runs }) => runs },
  { name: "largest_n", type: "float64", value: ({ largestN }) => largestN },
  { name: "largest_xc", type: "float64", value: ({ largestXc }) => largestXc },
  { name: "largest_c", type: "float64", value: ({ largestC }) => largestC },
  { name: "total_c", type: "float64", value: ({ totalC }) => totalC },
];
