import type { Cuts } from "../backtest/cuts.ts";
import { backtestRatesTable, backtestsTable } from "../backtest/extension.ts";
import { backtestSweep } from "../backtest/roll-out.ts";
import { bootstrapCells, type CellDraws } from "../bootstrap/bootstrap-cells.ts";
import { type IntervalRow, intervalRows } from "../bootstrap/interval-rows.ts";
import { planBootstrap } from "../bootstrap/plan-bootstrap.ts";
import type { OutcomeStore, ResampleSession } from "../bootstrap/resample-use.ts";
import type { Bootstrap } from "../bootstrap/spec.ts";
import { bootstrapWarnings, farTargetWarning } from "../bootstrap/warnings.ts";
import { mixtureTables } from "../mixture/extension.ts";
import { type MixturePlan, MixtureStudy } from "../mixture/study.ts";
import { judgeDetermined, PredictionJudge, undeterminedLines } from "../plan/judge-predictions.ts";
import type { Meter } from "../plan/meter.ts";
import { demandPrediction, type SweepPlan, solvePlan } from "../plan/plan-sweep.ts";
import { isDetermined, predictCells, type ScoredPrediction, skippedStages } from "../plan/score.ts";
import { comparisonsTable, PairedDraws, selectionTable } from "../results/analysis/paired-draws.ts";
import { referenceConfiguration } from "../results/analysis/rank-configurations.ts";
import { RepeatedSelection } from "../results/analysis/repeated-selection.ts";
import { bootstrapTable, type ReplicateSummary, summariseReplicates } from "../results/bootstrap-table.ts";
import { identifiabilityTable } from "../results/identifiability-table.ts";
import { intervalsTable, judgeIntervals } from "../results/intervals-table.ts";
import { type ResultTables, resultTables } from "../results/result-tables.ts";
import { judgementWarnings, outlierLines, predictionWarnings } from "../results/warnings.ts";
import type { Backend } from "../solve/kernel.ts";
import type { SolveResult } from "../solve/problem.ts";
import type { ResolvedSweep } from "../spec/resolve.ts";
import type { Table } from "../tables/table.ts";
import { countOf } from "../text.ts";
import type { Manifest } from "./manifest.ts";
import type { recordSolver } from "./sweep-work.ts";
import { planFits } from "./work-keys.ts";

/** A planned sweep, and what watches it. */
interface PlannedSweep {
  sweep: ResolvedSweep;
  plan: SweepPlan;
  /** Of a sweep with back-tests. */
  cuts: Cuts | undefined;
  /** Of a sweep that looks for mixtures. */
  mixtures: MixturePlan | undefined;
  /** Takes the result of each problem. */
  results: Map<string, SolveResult>;
  session: ResampleSession;
  /** Counts what is done. */
  meter: Meter;
  listeners: ReturnType<typeof recordSolver>["options"];
  onStatus: ((line: string) => void) | undefined;
  /** Takes the time of each part of the work. */
  seconds: Manifest["seconds"];
  clock: () => number;
  /** Takes the draws of each cell. */
  onDraws: (draws: CellDraws) => Promise<void>;
}

/**
 * Solves the problems, chains the solutions and resamples them.
 *
 * @throws UserError where no cell can be predicted
 */
export async function solveSweep(work: PlannedSweep): Promise<ResultTables> {
  const { sweep, plan, cuts, results, session, meter, listeners, onStatus, seconds, clock, onDraws } = work;
  const watch = { ...listeners, onProgress: (done: number, total: number) => meter.step(done, total) };
  await solvePlan(plan, results, (problems) => session.solve(problems, { ...sweep.solve, ...watch }));
  demandPrediction(plan, results, sweep);
  // Those that waited are known now.
  planFits(meter, work);
  seconds.solve = clock();
  onStatus?.(`solved from ${countOf(sweep.solve.starts, "start")} each in ${seconds.solve.toFixed(2)} s`);

  meter.enter("profiles");
  const judge = new PredictionJudge(results);
  const predicted = predictCells(plan.cells, results);
  const predictions = await judgeDetermined(predicted, judge, plan.targets, session.signal);
  const skipped = skippedStages(plan.cells, results);
  const warn = (lines: readonly string[]): void => {
    for (const line of lines) listeners.onWarning?.(line);
  };
  warn([
    ...undeterminedLines(predictions, sweep.rankUndetermined),
    ...predictionWarnings(predictions),
    ...outlierLines(plan.cells, results),
  ]);
  const fitted = {
    ...resultTables(sweep.method, plan, results, predictions, skipped, sweep),
    identifiability: await identifiabilityTable(plan, results, {
      seed: sweep.solve.seed,
      ...(sweep.profiles && {
        solve: (problems, own) => session.solve(problems, { ...own, onProgress: watch.onProgress }),
      }),
    }),
  };
  seconds.score = clock();
  const { method, bootstrap, backtest } = sweep;
  const study = work.mixtures && new MixtureStudy(work.mixtures, judge);
  const mixtureTablesOf = () => {
    if (study === undefined || work.mixtures === undefined) return undefined;
    const { curves, optima } = study.finish();
    warn([...judgementWarnings("mixtures", curves), ...judgementWarnings("mixture_optima", optima)]);
    const found = mixtureTables(method, work.mixtures, { curves, optima });
    seconds.mixtures = clock();
    return found;
  };
  if (bootstrap === undefined) {
    for (const cell of plan.cells) study?.add(cell, results);
    if (backtest === undefined) return { ...fitted, ...mixtureTablesOf() };
  }

  const ranked = sweep.rankUndetermined ? predictions : predictions.filter(isDetermined);
  const solvedSweep = { sweep, plan, results, predictions, ranked };
  meter.enter("bootstrap");
  const resampled =
    bootstrap &&
    (await bootstrapSweep(await session.backend(), solvedSweep, bootstrap, {
      ...watch,
      kept: session.kept,
      onDraws: async (draws) => {
        meter.cell();
        study?.add(draws.cell, results, draws);
        await onDraws(draws);
      },
    }));
  seconds.bootstrap = clock();
  if (bootstrap !== undefined) onStatus?.(describeBootstrap(bootstrap, seconds.bootstrap));

  const ofBootstrap = resampled?.intervals ?? [];
  if (cuts !== undefined) meter.enter("backtest");
  const backtests =
    cuts && backtest && (await backtestSweep({ sweep, plan, session, watch }, cuts, backtest, results));
  seconds.backtest = clock();
  const mixed = mixtureTablesOf();
  if (backtests !== undefined) onStatus?.(`${backtests.summary}, in ${seconds.backtest.toFixed(2)} s`);
  const judged =
    backtests && backtest
      ? judgeIntervals(plan, predictions, ofBootstrap, backtests, backtest.levels)
      : { rows: ofBootstrap, pastRate: () => undefined };
  const words = judged.rows.map(({ cell: { task }, target, status, reason }) => ({
    task,
    target,
    status,
    reason,
  }));
  warn(judgementWarnings("intervals", words));
  return {
    ...fitted,
    intervals: intervalsTable(method, bootstrap?.scheme.name, judged, predictions),
    ...(resampled && {
      bootstrap: resampled.bootstrap,
      comparisons: resampled.comparisons,
      selection: resampled.selection,
    }),
    ...(backtests && {
      backtests: backtestsTable(method, backtests.predictions),
      backtest_rates: backtestRatesTable(method, backtests.rates),
    }),
    ...mixed,
  };
}

function describeBootstrap({ resamples, scheme, freshStarts }: Bootstrap, seconds: number): string {
  const starts = countOf(freshStarts + 1, "start");
  return `${countOf(resamples, "resample")} by scheme ${scheme.name}, each from ${starts}, in ${seconds.toFixed(2)} s`;
}

/** A solved sweep, to be resampled. */
interface SolvedSweep {
  sweep: ResolvedSweep;
  plan: SweepPlan;
  results: ReadonlyMap<string, SolveResult>;
  predictions: readonly ScoredPrediction[];
  /** Those of them that configurations are compared by. */
  ranked: readonly ScoredPrediction[];
}

interface BootstrapSweepOptions {
  /** Where outcomes are kept between runs. */
  kept?: OutcomeStore | undefined;
  /** Told, a line each, what to know before trusting the intervals. */
  onWarning?: ((line: string) => void) | undefined;
  onProgress?: ((done: number, total: number) => void) | undefined;
  /** Takes the draws of each cell, one after the other, before they are dropped. */
  onDraws?: ((draws: CellDraws) => Promise<void>) | undefined;
}

/** What resampling a sweep gives. */
interface BootstrappedSweep {
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
