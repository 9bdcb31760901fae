import { groupBy } from "../collections.ts";
import { UserError } from "../errors.ts";
import type { RunIndex } from "../methods/runs.ts";
import { approximateFlops, locate } from "../tables/checkpoint-table.ts";
import { compareText, lastRows } from "../tables/run-order.ts";
import { countOf } from "../text.ts";

/** Largest allowed tolerance (`isoflop.tolerance`). */
const LARGEST = 0.5;
const TRIED = [0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, LARGEST];
/** Smallest number of sizes that can have a minimum. */
const FEWEST_SIZES = 3;
/** Joined budgets must lie this many times as far from each other as their runs do; otherwise chance decides what is joined. */
const APART = 2;

/** Budgets that lie no farther apart than this are parts of one budget. */
const CLOSE = 0.1;

interface Member {
  n: number;
  c: number;
}

/**
 * For each budget the tolerance under which it and its neighbours are one budget of three sizes or more; null where no tolerance divides
 * the runs clearly (a ladder, whose FLOPs are spread evenly). FLOPs of one intended budget often lie some per cent apart: layers, batches
 * and steps are whole numbers. Budgets more than a tenth apart are joined only where one has fewer than three sizes.
 *
 * @param budgets ascending, as the tolerance in use divides them
 */
function joiningTolerances(budgets: readonly (readonly Member[])[]): (number | null)[] {
  const isShort = budgets.map((members) => sizesOf(members) < FEWEST_SIZES);
  for (const tolerance of TRIED) {
    const joined = join(budgets, tolerance);
    const spread = Math.max(...joined.map((group) => spreadOf(group.map((b) => budgets[b]!))));
    const gaps = joined.slice(1).map((group, i) => {
      return lowest(budgets[group[0]!]!) / highest(budgets[joined[i]!.at(-1)!]!) - 1;
    });
    if (Math.min(...gaps) < APART * spread) continue;
    const helped = joined.filter((group) => {
      const isClose = tolerance <= CLOSE || group.some((b) => isShort[b]);
      return group.length > 1 && isClose && sizesOf(group.flatMap((b) => budgets[b]!)) >= FEWEST_SIZES;
    });
    if (helped.length === 0) continue;
    // Rounded up, so that rounding does not separate them again.
    const needed = Math.min(LARGEST, Math.ceil(1000 * spread) / 1000);
    const isHelped = new Set(helped.flat());
    return budgets.map((_, b) => (isHelped.has(b) ? needed : null));
  }
  return budgets.map(() => null);
}

/** Numbers of the budgets that are one under a tolerance. */
function join(budgets: readonly (readonly Member[])[], tolerance: number): number[][] {
  const joined: number[][] = [];
  budgets.forEach((members, b) => {
    const last = joined.at(-1);
    if (last !== undefined && highest(members) <= lowest(budgets[last[0]!]!) * (1 + tolerance)) last.push(b);
    else joined.push([b]);
  });
  return joined;
}

function spreadOf(budgets: readonly (readonly Member[])[]): number {
  return highest(budgets.at(-1)!) / lowest(budgets[0]!) - 1;
}

function sizesOf(members: readonly Member[]): number {
  return new Set(members.map(({ n }) => n)).size;
}

const lowest = (members: readonly Member[]): number => Math.min(...members.map(({ c }) => c));
const highest = (members: readonly Member[]): number => Math.max(...members.map(({ c }) => c));

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
  /** Runs of the budget without a loss above 0 at the end of their training, and why; null where there are none. */
  leftOut: number;
  leftOutReason: string | null;
  /** Tolerance that would join it with its neighbours to one budget; null where none would. */
  joinedBy: number | null;
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
 * Sorts the fit runs into budgets by their FLOPs at the end of training, family by family. Earlier checkpoints are not points
 * of an isoflop curve: their learning rate had not decayed yet.
 *
 * A loss that is not above 0 is left out, and counted with its place: noise is in proportion to losses.
 *
 * @param tolerance largest relative difference of FLOPs in one budget, and of C from 6ND
 * @throws UserError where no loss is above 0
 */
export function findBudgets(
  index: RunIndex,
  metric: string,
  subjects: readonly string[],
  tolerance: number,
): BudgetGroup[] {
  const byFamily = groupBy(endsOf(index), ({ family }) => family);
  const refused: Finals["refused"][] = [];
  const groups = [...byFamily]
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([family, ends]) =>
      subjects.flatMap((subject): BudgetGroup[] => {
        const finals = finalLosses(index, metric, subject, ends, tolerance);
        refused.push(finals.refused);
        if (finals.losses.size + finals.refused.size === 0) return [];
        const split = splitByFlops(ends, tolerance);
        const joined = joiningTolerances(split);
        const budgets = split.map((members, b) => budgetOf(members, finals, tolerance, joined[b]!));
        return [{ family, subject, budgets }];
      }),
    );
  const [first] = refused.flatMap((ofSubject) => [...ofSubject.values()]);
  if (first !== undefined && groups.every(({ budgets }) => budgets.every(({ runs }) => runs.length === 0))) {
    throw new UserError(
      `${first}; allowed: a number > 0 (isoflop adds noise in proportion to it); no run has such a loss`,
    );
  }
  return groups;
}

/** Ends of the fit runs, in the order of their content. */
function endsOf({ table, places }: RunIndex): End[] {
  const isEnd = (row: number): boolean => table.role[row] === "fit" && table.phase[row] === null;
  return Array.from(lastRows(table, places.keys(), isEnd), ([run, row]): End => {
    return { run, family: table.family[row] ?? null, n: table.n[row]!, c: table.c[row]! };
  });
}

/** Losses of runs at their ends, and the place and value of each loss that cannot be used. */
interface Finals {
  losses: Map<string, FinalRun>;
  refused: Map<string, string>;
}

/** The subject's losses at the ends of runs; a run that was last measured before its end has none. */
function finalLosses(
  { table, fitRuns }: RunIndex,
  metric: string,
  subject: string,
  ends: readonly End[],
  tolerance: number,
): Finals {
  const values = table.metrics.get(metric)!;
  const finals: Finals = { losses: new Map(), refused: new Map() };
  const endOf = new Map(ends.map((end, place) => [end.run, { ...end, place }]));
  for (const { run, rows } of fitRuns(subject)) {
    const end = endOf.get(run);
    const row = rows.findLast((index) => !Number.isNaN(values[index]));
    if (end === undefined || row === undefined || table.c[row]! < end.c / (1 + tolerance)) continue;
    const loss = values[row]!;
    if (loss > 0 && Number.isFinite(loss)) {
      finals.losses.set(run, { run, place: end.place, n: end.n, d: table.d[row]!, c: table.c[row]!, loss });
    } else {
      finals.refused.set(run, `${locate(table, row)}, column ${JSON.stringify(metric)}: ${loss}`);
    }
  }
  return finals;
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

function budgetOf(
  members: readonly End[],
  { losses, refused }: Finals,
  tolerance: number,
  joinedBy: number | null,
): Budget {
  const runs = members.flatMap(({ run }) => losses.get(run) ?? []).toSorted((a, b) => a.n - b.n);
  const half = (members.length - 1) / 2;
  return {
    c: (members[Math.floor(half)]!.c + members[Math.ceil(half)]!.c) / 2,
    runs,
    leftOut: members.length - runs.length,
    leftOutReason: whyLeftOut(members, losses, refused),
    joinedBy,
    spendsAll: runs.every(({ n, d, c }) => Math.abs(c / approximateFlops(n, d) - 1) <= tolerance),
  };
}

function whyLeftOut(
  members: readonly End[],
  losses: Finals["losses"],
  refused: Finals["refused"],
): string | null {
  const places = members.flatMap(({ run }) => refused.get(run) ?? []);
  const unmeasured = members.filter(({ run }) => !losses.has(run) && !refused.has(run)).length;
  const reasons = [
    ...(unmeasured > 0 ? [`${countOf(unmeasured, "run")} without a loss at the end of training`] : []),
    ...(places.length > 0
      ? [`${countOf(places.length, "run")} with a loss that is not above 0 (${places[0]})`]
      : []),
  ];
  return reasons.length > 0 ? reasons.join("; ") : null;
}
