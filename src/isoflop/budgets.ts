import { UserError } from "../errors.ts";
import { groupBy } from "../group-by.ts";
import type { RunIndex } from "../methods/runs.ts";
import { approximateFlops, locate } from "../tables/checkpoint-table.ts";
import { compareText, isLater } from "../tables/run-order.ts";

/** A run at the end of its training. */
export interface FinalRun {
  run: string;
  /** Place among the runs of its family in the order of their content, from 0: what names its noise. */
  place: number;
  n: number;
  d: number;
  c: number;
  loss: number;
}

/** Runs that had the same FLOPs. */
export interface Budget {
  /** FLOPs: the median of the runs'. */
  c: number;
  /** By n; those of equal n in the order of their content. */
  runs: readonly FinalRun[];
  /** Runs of the budget without a loss at the end of their training. */
  leftOut: number;
  /** Whether C = 6ND holds for all runs, within the tolerance. */
  spendsAll: boolean;
}

/** The budgets of one family for one subject, ascending. */
export interface BudgetGroup {
  /** Null for runs without a family. */
  family: string | null;
  subject: string;
  budgets: readonly Budget[];
}

/** Where a run ended. */
interface End {
  run: string;
  family: string | null;
  n: number;
  c: number;
}

/**
 * Sorts the fit runs into budgets by their FLOPs at the end of training, family by family. Earlier checkpoints are no points
 * of an isoflop curve: their learning rate had not come down yet.
 *
 * @param tolerance largest relative difference of FLOPs in one budget, and of C from 6ND
 * @throws UserError for a loss that is not above 0
 */
export function findBudgets(
  index: RunIndex,
  metric: string,
  subjects: readonly string[],
  tolerance: number,
): BudgetGroup[] {
  const byFamily = groupBy(endsOf(index), ({ family }) => family);
  return [...byFamily]
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([family, ends]) =>
      subjects.flatMap((subject): BudgetGroup[] => {
        const losses = finalLosses(index, metric, subject, ends, tolerance);
        if (losses.size === 0) return [];
        const budgets = splitByFlops(ends, tolerance).map((members) => budgetOf(members, losses, tolerance));
        return [{ family, subject, budgets }];
      }),
    );
}

/** Ends of the fit runs, in the order of their content. */
function endsOf({ table, places }: RunIndex): End[] {
  const last = new Map<string, number>();
  for (let row = 0; row < table.rows; row++) {
    if (table.role[row] !== "fit" || table.phase[row] !== null) continue;
    const before = last.get(table.run[row]!);
    if (before === undefined || isLater(table, row, before)) last.set(table.run[row]!, row);
  }
  return [...places.keys()].flatMap((run): End[] => {
    const row = last.get(run);
    if (row === undefined) return [];
    return [{ run, family: table.family[row] ?? null, n: table.n[row]!, c: table.c[row]! }];
  });
}

/** The subject's losses at the ends of runs; none of a run that was last measured before its end. */
function finalLosses(
  { table, fitRuns }: RunIndex,
  metric: string,
  subject: string,
  ends: readonly End[],
  tolerance: number,
): Map<string, FinalRun> {
  const values = table.metrics.get(metric)!;
  const found = new Map<string, FinalRun>();
  const endOf = new Map(ends.map((end, place) => [end.run, { ...end, place }]));
  for (const { run, rows } of fitRuns(subject)) {
    const end = endOf.get(run);
    const row = rows.findLast((one) => !Number.isNaN(values[one]));
    if (end === undefined || row === undefined || table.c[row]! < end.c / (1 + tolerance)) continue;
    const loss = values[row]!;
    if (!(loss > 0)) {
      throw new UserError(
        `${locate(table, row)}, column ${JSON.stringify(metric)}: ${loss}; allowed: a number > 0 (isoflop adds noise in ` +
          "proportion to it)",
      );
    }
    found.set(run, { run, place: end.place, n: end.n, d: table.d[row]!, c: table.c[row]!, loss });
  }
  return found;
}

/** Runs by FLOPs: a budget begins with its smallest, and has those that exceed it by no more than the tolerance. */
function splitByFlops(ends: readonly End[], tolerance: number): End[][] {
  const budgets: End[][] = [];
  for (const end of ends.toSorted((a, b) => a.c - b.c)) {
    const budget = budgets.at(-1);
    if (budget !== undefined && end.c <= budget[0]!.c * (1 + tolerance)) budget.push(end);
    else budgets.push([end]);
  }
  return budgets;
}

function budgetOf(members: readonly End[], losses: ReadonlyMap<string, FinalRun>, tolerance: number): Budget {
  const runs = members.flatMap(({ run }) => losses.get(run) ?? []).toSorted((a, b) => a.n - b.n);
  const half = (members.length - 1) / 2;
  return {
    c: (members[Math.floor(half)]!.c + members[Math.ceil(half)]!.c) / 2,
    runs,
    leftOut: members.length - runs.length,
    spendsAll: runs.every(({ n, d, c }) => Math.abs(c / approximateFlops(n, d) - 1) <= tolerance),
  };
}
