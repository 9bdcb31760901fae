import { backtestSweep } from "../backtest/backtest-sweep.ts";
import type { Cuts } from "../backtest/cuts.ts";
import { backtestRatesTable, backtestsTable } from "../backtest/extension.ts";
import type { CellDraws } from "../bootstrap/bootstrap-cells.ts";
import type { ResampleSession } from "../bootstrap/resample-use.ts";
import type { Bootstrap } from "../bootstrap/spec.ts";
import { mixtureTables } from "../mixture/extension.ts";
import { type MixturePlan, MixtureStudy } from "../mixture/study.ts";
import { judgeDetermined, PredictionJudge, undeterminedLines } from "../plan/judge-predictions.ts";
import type { Meter } from "../plan/meter.ts";
import { demandPrediction, type SweepPlan } from "../plan/plan-sweep.ts";
import { isDetermined, predictCells, skippedStages } from "../plan/score.ts";
import { solvePlan } from "../plan/solve-plan.ts";
import { identifiabilityTable } from "../results/identifiability-table.ts";
import { intervalsTable, judgeIntervals } from "../results/intervals-table.ts";
import { type ResultTables, resultTables } from "../results/result-tables.ts";
import { judgementWarnings, outlierLines, predictionWarnings } from "../results/warnings.ts";
import type { SolveResult } from "../solve/problem.ts";
import type { ResolvedSweep } from "../spec/resolve.ts";
import { countOf } from "../text.ts";
import { bootstrapSweep } from "./bootstrap-sweep.ts";
import type { Manifest } from "./manifest.ts";
import type { recordSolver } from "./sweep-work.ts";
import { planFits } from "./work-keys.ts";

/** A planned sweep, and what watches it. */
export interface PlannedSweep {
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
  /** Takes the time of each part. */
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
