import { bootstrapCells, type CellDraws } from "../bootstrap/bootstrap-cells.ts";
import { type IntervalRow, intervalRows } from "../bootstrap/interval-rows.ts";
import { planBootstrap } from "../bootstrap/plan-bootstrap.ts";
import type { OutcomeStore } from "../bootstrap/resample-use.ts";
import type { Bootstrap } from "../bootstrap/spec.ts";
import { bootstrapWarnings, farTargetWarning } from "../bootstrap/warnings.ts";
import type { SweepPlan } from "../plan/plan-sweep.ts";
import type { ScoredPrediction } from "../plan/score.ts";
import { comparisonsTable, PairedDraws, selectionTable } from "../results/analysis/paired-draws.ts";
import { referenceConfiguration } from "../results/analysis/rank-configurations.ts";
import { RepeatedSelection } from "../results/analysis/repeated-selection.ts";
import { bootstrapTable, type ReplicateSummary, summariseReplicates } from "../results/bootstrap-table.ts";
import type { Backend } from "../solve/kernel.ts";
import type { SolveResult } from "../solve/problem.ts";
import type { ResolvedSweep } from "../spec/resolve.ts";
import type { Table } from "../tables/table.ts";

/** A solved sweep, to be resampled. */
export interface SolvedSweep {
  sweep: ResolvedSweep;
  plan: SweepPlan;
  results: ReadonlyMap<string, SolveResult>;
  predictions: readonly ScoredPrediction[];
  /** Those of them that configurations are compared by. */
  ranked: readonly ScoredPrediction[];
}

export interface BootstrapSweepOptions {
  /** Where outcomes are kept between runs. */
  kept?: OutcomeStore | undefined;
  /** Told, a line each, what to know before trusting the intervals. */
  onWarning?: ((line: string) => void) | undefined;
  onProgress?: ((done: number, total: number) => void) | undefined;
  /** Takes the draws of each cell, one after the other, before they are dropped. */
  onDraws?: ((draws: CellDraws) => Promise<void>) | undefined;
}

/** What resampling a sweep gives. */
export interface BootstrappedSweep {
  intervals: IntervalRow[];
  /** What was resampled. */
  bootstrap: Table;
  /** Configurations against each other; empty where there is one. */
  comparisons: Table;
  selection: Table;
}

/** Resamples a solved sweep: its intervals, what was resampled, and its configurations compared draw by draw. */
export async function bootstrapSweep(
  backend: Backend,
  { sweep, plan: swept, results, predictions, ranked }: SolvedSweep,
  bootstrap: Bootstrap,
  { kept, onWarning, onProgress, onDraws }: BootstrapSweepOptions = {},
): Promise<BootstrappedSweep> {
  const plan = planBootstrap(swept, results, bootstrap);
  const summaries = new Map<string, ReplicateSummary>();
  const ofCells = (all: readonly ScoredPrediction[]): ScoredPrediction[][] => {
    const found = swept.cells.map((): ScoredPrediction[] => []);
    for (const prediction of all) found[prediction.cell.id]!.push(prediction);
    return found;
  };
  const [predictionsOf, rankedOf] = [ofCells(predictions), ofCells(ranked)];
  const rows: IntervalRow[] = [];
  const { method } = sweep;
  const reference = referenceConfiguration(method.axes, swept.cells)!;
  const comparison = new PairedDraws(reference, bootstrap.levels);
  const selection = new RepeatedSelection(
    bootstrap.levels,
    swept.cells.length * swept.targets.length * bootstrap.resamples,
  );
  const isMatrix = swept.cells.some(({ configuration }) => configuration !== reference);
  const all = bootstrapCells(backend, swept, results, bootstrap, {
    plan,
    seed: sweep.solve.seed,
    kept,
    onProgress,
    onOutcome: (use, { replicates }) => summaries.set(use.key, summariseReplicates(replicates)),
  });
  for await (const draws of all) {
    rows.push(...intervalRows(draws, predictionsOf[draws.cell.id]!, bootstrap, sweep.solve.seed));
    if (isMatrix) {
      const own = rankedOf[draws.cell.id]!;
      comparison.add(draws, own);
      selection.add(draws, own);
    }
    await onDraws?.(draws);
  }
  const selected = selection.finish();
  if (isMatrix && "reason" in selected) onWarning?.(`table selection is empty: ${selected.reason}`);
  const uses = Array.from(plan.uses.values(), (use) => ({ use, summary: summaries.get(use.key) }));
  for (const line of bootstrapWarnings(uses, bootstrap)) onWarning?.(line);
  const farTargets = farTargetWarning(swept.targets, largestCompute(swept));
  if (farTargets !== undefined) onWarning?.(farTargets);
  rows.sort((a, b) => a.cell.id - b.cell.id);
  return {
    intervals: rows,
    bootstrap: bootstrapTable(bootstrap.scheme.name, uses),
    comparisons: comparisonsTable(method, comparison.finish()),
    selection: selectionTable(method, "reason" in selected ? [] : selected),
  };
}

/** Most FLOPs of a fit run at the end of its training. */
function largestCompute({ index, tasks }: SweepPlan): number {
  const { c } = index.table;
  const last = tasks.flatMap((task) => index.fitRuns(task).map(({ rows }) => c[rows.at(-1)!]!));
  return last.reduce((most, value) => Math.max(most, value), 0);
}
