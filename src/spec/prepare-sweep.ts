import { farTargetWarning } from "../bootstrap/warnings.ts";
import type { PreparedAnalysis } from "../extension.ts";
import { finalWindowWarnings } from "../methods/final-window.ts";
import { isWaiting, lawsOf } from "../methods/method.ts";
import { indexRuns, type RunIndex, type Target } from "../methods/runs.ts";
import { demandLaws } from "../methods/sized-law.ts";
import { demandPrediction, largestCompute, planSweep, type SweepPlan } from "../plan/plan-sweep.ts";
import { selectRuns } from "../plan/selection.ts";
import type { Solver } from "../plan/solver.ts";
import type { AnalysisKey } from "../registry.ts";
import type { SolveResult } from "../solve/problem.ts";
import { extremes } from "../statistics.ts";
import { type CheckpointTable, checkpointKey } from "../tables/checkpoint-table.ts";
import { findingsInUse } from "../tables/inspect.ts";
import { wholeShares } from "../tables/shares.ts";
import { countOf, formatNumber } from "../text.ts";
import { fileChecksum, onTable, readTable, type TableChecksum } from "./read-table.ts";
import { type ResolvedSweep, resolveSweep } from "./resolve.ts";
import { checkSpec, type SweepSpec } from "./spec.ts";

/** Nobody predicts so far below the smallest run, or so far above the largest: such a size is in another unit. */
const [BELOW, ABOVE] = [1e-3, 1e5];

/** Times the tokens a parameter of any run, or their inverse, beyond which a target's two sizes are likely exchanged. */
const ODD = 100;

/** Targets whose parameters or tokens must be in another unit than those of the runs to fit, or be exchanged, a line each. */
export function targetUnitLines(table: CheckpointTable, targets: readonly Target[]): string[] {
  const inOtherUnit = new Set<Target>();
  const unitLines = (["n", "d"] as const).flatMap((size) => {
    const { least, most } = rangeOfFit(table, table[size]);
    if (most === 0) return [];
    return targets
      .filter((target) => target[size] < BELOW * least || target[size] > ABOVE * most)
      .map((target) => {
        inOtherUnit.add(target);
        return `target ${target.name} has ${size} = ${target[size]}, runs to fit have ${formatNumber(least)} to ${formatNumber(most)}: give it in the unit of the table`;
      });
  });
  const others = targets.filter((target) => !inOtherUnit.has(target));
  return [...unitLines, ...proportionLines(table, others)];
}

/** Targets with another proportion of tokens to parameters than any run at the end of its training, a line each. */
function proportionLines({ role, run, n, d }: CheckpointTable, targets: readonly Target[]): string[] {
  const last = new Map<string, number>();
  for (let row = 0; row < role.length; row++) {
    const proportion = d[row]! / n[row]!;
    if (role[row] !== "fit" || !(proportion > 0)) continue;
    if (!(proportion <= (last.get(run[row]!) ?? 0))) last.set(run[row]!, proportion);
  }
  if (last.size === 0) return [];
  const [least, most] = extremes(Float64Array.from(last.values()));
  const fewest = least > 1 ? Math.max(1, least / ODD) : least / ODD;
  return targets.flatMap(({ name, ...size }) => {
    const proportion = size.d / size.n;
    // A row of a table of any columns may lack one of the two.
    if (Number.isNaN(proportion) || (proportion >= fewest && proportion <= ODD * most)) return [];
    return `target ${name} has ${formatNumber(proportion)} tokens a parameter, runs to fit have ${formatNumber(least)} to ${formatNumber(most)}: check that its parameters (n) and tokens (d) are not exchanged or in another unit`;
  });
}

/** The least and the most of what rows to fit have above 0; the most is 0 where none has. */
function rangeOfFit({ role }: CheckpointTable, values: Float64Array): { least: number; most: number } {
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (!(value > 0) || role[row] !== "fit") continue;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return { least, most };
}

/** A sweep that is read, checked and planned: nothing is solved or written yet. */
export interface PreparedSweep {
  sweep: ResolvedSweep;
  plan: SweepPlan;
  tables: TableChecksum[];
  /** The analyses that it requests. */
  analyses: readonly ({ key: AnalysisKey } & PreparedAnalysis)[];
  /** Reasons of problems that cannot be solved, by key. */
  results: Map<string, SolveResult>;
  seconds: { read: number; plan: number };
  /** What was read and planned, in lines for people. */
  lines: string[];
  /**
   * What looks wrong in the rows that it uses, a line for each kind. Which rows these are is read at once, and the rest is done in many steps.
   *
   * @param pause called between two steps. @default all is done at once
   */
  findings(pause?: () => Promise<void> | undefined): Promise<string[]>;
}

export interface PrepareOptions {
  /** The sweep file that the spec is from, for messages. */
  sweepFile?: { path: string; text: string } | undefined;
  /** What runs the sweep, for messages. @default the sweep file or the preset */
  where?: string | undefined;
  /** Called with what the spec asks for, before any table is read. */
  onResolved?: ((sweep: ResolvedSweep) => void) | undefined;
  /** Fits the forms that are sought while it is planned. @default the sweep's backend */
  solver?: Solver | undefined;
  /** Whether forms that would be sought have others in their place, so that nothing is solved. @default false */
  isDry?: boolean | undefined;
}

/** A sweep whose table is read and indexed: nothing is planned yet. */
interface IndexedSweep extends Pick<PreparedSweep, "sweep" | "tables"> {
  /** The table as it was read; in that of the index shares of sources add up to 1. */
  given: CheckpointTable;
  index: RunIndex;
  /** What laws take of the table, in lines for people. */
  laws: string[];
  readSeconds: number;
}

/**
 * Reads the table of a sweep and finds the runs that its design choices name.
 *
 * @throws UserError for a spec or a table that is not valid
 */
export async function indexSweep(
  spec: SweepSpec,
  { where, onResolved }: { where: string } & Pick<PrepareOptions, "onResolved">,
): Promise<IndexedSweep> {
  const clock = stopwatch();
  const resolved = resolveSweep(checkSpec(spec, where), where);
  onResolved?.(resolved);
  const given = await readTable(resolved);
  const table = { ...given, mixes: wholeShares(given) };
  const sweep = onTable(resolved, table);
  const tables = await tableChecksums(table, sweep);
  const readSeconds = clock();
  const laws = given.free ? [] : demandLaws(lawsOf(sweep.configurations), table, where);
  const predicates = sweep.configurations.flatMap((configuration) => configuration.predicates);
  const named = new Map(
    sweep.configurations.flatMap(({ values }) => [...values].map(([axis, value]) => [value, axis])),
  );
  const axisOf = (predicate: string) => named.get(predicate) ?? "runs";
  const index = indexRuns(table, await selectRuns(table, predicates, where, axisOf));
  return { sweep, tables, given, index, laws, readSeconds };
}

/**
 * Reads the table of a sweep, crosses tasks with design choices and finds the distinct problems.
 *
 * @throws UserError for a spec or a table that is not valid, and where no cell can be predicted
 */
export async function prepareSweep(
  spec: SweepSpec,
  { sweepFile, where = nameOf(spec, sweepFile), onResolved, solver, isDry }: PrepareOptions = {},
): Promise<PreparedSweep> {
  const { sweep, tables, given, index, laws, readSeconds } = await indexSweep(spec, { where, onResolved });
  const { table } = index;
  const clock = stopwatch();
  const plan = await planSweep(index, { ...sweep, solver, isDry });
  const results = new Map<string, SolveResult>();
  for (const [key, reason] of plan.shared.unsolvable) results.set(key, { skipped: { reason } });
  demandPrediction(plan, results, sweep);
  const analyses = sweep.analyses.map(({ key, prepare }) => ({ key, ...prepare(sweep, plan) }));
  const ofTable = new Set(index.targets);
  const sized = plan.targets.filter((target) => !ofTable.has(target));
  // A bootstrap says it of all targets, with what it means for intervals.
  const far = sweep.bootstrap === undefined && farTargetWarning(sized, largestCompute(plan), false);
  const seconds = { read: readSeconds, plan: clock() };
  return {
    sweep,
    plan,
    tables,
    analyses,
    results,
    seconds,
    lines: [...described(table, plan), ...laws],
    async findings(pause) {
      const ofTable: string[] = [];
      for (const found of findingsInUse(given, index.used, sweep.method)) {
        if (found !== undefined) ofTable.push(`table: ${found.message}`);
        await pause?.();
      }
      return [
        ...sweep.idleForms,
        ...ofTable,
        ...targetUnitLines(table, plan.targets),
        ...finalWindowWarnings(index, plan.targets),
        ...(far ? [far] : []),
      ];
    },
  };
}

function nameOf({ preset }: SweepSpec, sweepFile: PrepareOptions["sweepFile"]): string {
  return sweepFile?.path ?? (preset === undefined ? "sweep" : `preset ${preset}`);
}

function described(table: CheckpointTable, { cells, shared, tasks, targets }: SweepPlan): string[] {
  const later = cells.flatMap(({ plan: { stages } }) => stages.filter(isWaiting)).length;
  const waiting = later === 0 ? "" : `, then ${countOf(later, "regression")} made with their fits`;
  return [
    `read ${table.source}: ${table.allRows ?? table.rows} rows${table.free ? "" : `, ${table.metrics.size} metrics`}${!table.free && haveOneCheckpoint(table) ? "; one checkpoint a run, taken as its final value: choices about a run's other checkpoints change nothing" : ""}`,
    `${countOf(cells.length, "cell")} of ${countOf(tasks.length, "task")}, ${countOf(targets.length, "target")}; ` +
      `${countOf(shared.problems.length, "problem")} solved once (${countOf(shared.regressions, "regression")} before de-duplication)${waiting}`,
  ];
}

/** Whether every run to fit has one checkpoint, for a table of final values. */
function haveOneCheckpoint(table: CheckpointTable): boolean {
  const checkpoints = new Map<string, number>();
  return table.run.every((run, row) => {
    if (table.role[row] !== "fit") return true;
    const key = checkpointKey(table, row);
    const first = checkpoints.get(run) ?? key;
    checkpoints.set(run, first);
    return key === first;
  });
}

async function tableChecksums(table: CheckpointTable, sweep: ResolvedSweep): Promise<TableChecksum[]> {
  const files = table.origin?.files ?? sweep.table.map((path) => ({ path, rows: table.rows }));
  return Promise.all(files.map(async ({ path, rows }) => ({ path, rows, sha256: await fileChecksum(path) })));
}

/** Seconds since the last call, from the first on. */
export function stopwatch(): () => number {
  let last = performance.now();
  return () => {
    const now = performance.now();
    const seconds = (now - last) / 1000;
    last = now;
    return seconds;
  };
}
