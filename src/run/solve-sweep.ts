import { type CellDraws, chainCells } from "../bootstrap/bootstrap-cells.ts";
import { type IntervalRow, intervalRows } from "../bootstrap/interval-rows.ts";
import { type BootstrapPlan, planBootstrap } from "../bootstrap/plan-bootstrap.ts";
import type { ResampleSession } from "../bootstrap/resample-use.ts";
import { ResampledUses } from "../bootstrap/resampled-uses.ts";
import type { Bootstrap } from "../bootstrap/spec.ts";
import { bootstrapWarnings, farTargetWarning } from "../bootstrap/warnings.ts";
import { groupBy } from "../collections.ts";
import { budgetsOf } from "../derived/budgets.ts";
import type { PastPredictions, SolvedSweep } from "../extension.ts";
import type { CardOptions, SolvedFit } from "../identifiability/card.ts";
import { FitErrors } from "../identifiability/fit-errors.ts";
import type { FitStudy } from "../identifiability/study.ts";
import { judgementWarnings } from "../intervals/interval.ts";
import { judgeDetermined, PredictionJudge, undeterminedLines } from "../plan/judge-predictions.ts";
import { type Cell, demandPrediction, largestCompute, solvePlan } from "../plan/plan-sweep.ts";
import { isDetermined, predictCells } from "../plan/score.ts";
import { FitStudies } from "../plan/study-fits.ts";
import { referenceConfiguration } from "../ranking/reference.ts";
import { isFitting } from "../registry.ts";
import { comparisonsTable, PairedDraws, selectionTable } from "../results/analysis/paired-draws.ts";
import { RepeatedSelection } from "../results/analysis/repeated-selection.ts";
import { bootstrapTable, type ReplicateSummary, summariseReplicates } from "../results/bootstrap-table.ts";
import { ComputeOptimalTable } from "../results/compute-optimal-table.ts";
import { FitDetails, levelOf, type ResampledParameter, resampledParameters } from "../results/fit-details.ts";
import { parametersTable } from "../results/fit-tables.ts";
import { distinctFits, identifiabilityOf, identifiabilityTable } from "../results/identifiability-table.ts";
import { intervalsTable } from "../results/intervals-table.ts";
import { misfitLines } from "../results/misfits.ts";
import { ParameterDraws } from "../results/parameter-draws.ts";
import { profileOptions } from "../results/profile-options.ts";
import { type BootstrapTables, type ResultTables, resultTables } from "../results/result-tables.ts";
import { fitOnRuns } from "../results/runs-tables.ts";
import { convergenceLines, outlierLines, predictionWarnings } from "../results/warnings.ts";
import type { Backend } from "../solve/kernel.ts";
import type { SolveOptions } from "../solve/problem.ts";
import type { PreparedSweep } from "../spec/prepare-sweep.ts";
import type { Table } from "../tables/table.ts";
import { countOf } from "../text.ts";
import type { Manifest } from "./manifest.ts";
import { planFits } from "./needs.ts";
import type { SweepWork } from "./sweep-work.ts";

/** Observers of a sweep while it is solved. */
interface SolveWatch {
  onStatus: ((line: string) => void) | undefined;
  /** Receives the draws of each cell. */
  onDraws: (draws: CellDraws) => Promise<void>;
  /** Measures the time of each part of the work. */
  seconds: Manifest["seconds"];
  clock: () => number;
  /** What looks wrong in the table is said before what is said of the fits. */
  findings: Promise<unknown>;
}

/**
 * Solves the problems, chains the solutions and resamples them.
 *
 * @param prepared whose `results` takes the result of each problem
 * @throws UserError where no cell can be predicted
 */
export async function solveSweep(
  prepared: PreparedSweep,
  { session, meter, listeners }: Pick<SweepWork, "session" | "meter" | "listeners">,
  { onStatus, onDraws, seconds, clock, findings }: SolveWatch,
): Promise<ResultTables> {
  const { sweep, plan, analyses, results } = prepared;
  const { method, bootstrap } = sweep;
  const watch = { ...listeners, onProgress: (done: number, total: number) => meter.step(done, total) };
  const warn = (lines: readonly string[]): void => {
    for (const line of lines) listeners.onWarning(line);
  };
  for (const { key, begin } of analyses) {
    begin?.(listeners.onWarning);
    seconds[key] = clock();
  }
  const resampling = bootstrap && (bootstrap.scheme.moves ? "moved" : "reweighted");
  const studying = new FitStudies(plan.shared.problems, {
    threads: sweep.solve.threads,
    signal: session.signal,
  });
  const { fits, studies, begun } = await solveAndStudy().finally(() => studying.close());
  const errors = new FitErrors(fits, method.detailsFits === true, studies);
  const judge = new PredictionJudge(results, studies);
  const predicted = predictCells(plan.cells, results);
  const predictions = await judgeDetermined(predicted, judge, plan.targets, session.signal);
  judge.forget();
  warn([
    ...undeterminedLines(predictions, sweep.rankUndetermined),
    ...predictionWarnings(predictions),
    ...outlierLines(plan.cells, results),
    ...convergenceLines(plan.shared.uses, results),
    ...misfitLines(plan.shared.uses, studies),
  ]);
  const work = { sweep, method, plan, results, predictions, errors, judge, session, watch };
  const solveHeld: CardOptions["solve"] = sweep.profiles
    ? (problems, options) => session.solve(problems, { ...options, onProgress: watch.onProgress })
    : undefined;
  const options = profileOptions(sweep, errors, solveHeld);
  const made = new Map(Array.from(studies, ([key, { card }]) => [key, card]));
  const cards = await identifiabilityOf(plan, results, { ...options, made });
  if (sweep.profiles) errors.profiles = cards;
  const fitted = {
    ...resultTables(work, { ...sweep, studies }),
    identifiability: identifiabilityTable(plan, results, cards, options.level),
  };
  seconds.score = clock();
  const takeCell = (cell: Cell, draws?: CellDraws): void => {
    for (const analysis of analyses) analysis.cell?.(cell, work, draws);
  };
  if (begun === undefined) for (const cell of plan.cells) takeCell(cell);
  else meter.enter("bootstrap");
  const resampled =
    begun &&
    (await bootstrapSweep({ sweep, plan, results, predictions, errors }, begun, {
      ...watch,
      async onDraws(draws) {
        meter.cell();
        takeCell(draws.cell, draws);
        await onDraws(draws);
      },
    }));
  if (begun !== undefined) {
    seconds.bootstrap = clock();
    onStatus?.(describeBootstrap(begun.bootstrap, (performance.now() - begun.at) / 1000));
  }

  const tables: Record<string, Table> = {};
  let past: PastPredictions | undefined;
  for (const { key, finish } of analyses) {
    if (isFitting(key)) meter.enter(key);
    const result = await finish(work);
    Object.assign(tables, result.tables);
    past ??= result.past;
    seconds[key] += clock();
    if (result.status !== undefined) onStatus?.(`${result.status}, in ${seconds[key].toFixed(2)} s`);
  }
  if (bootstrap === undefined && past === undefined) return { ...fitted, ...tables };
  const intervals = [...(resampled?.intervals ?? []), ...(past?.intervals ?? [])].sort(
    (a, b) => a.cell.id - b.cell.id,
  );
  warn(
    judgementWarnings(
      "intervals",
      intervals.map((row) => ({ ...row, task: row.cell.task })),
    ),
  );
  return {
    ...fitted,
    intervals: intervalsTable(method, bootstrap?.scheme.name, intervals, past, predictions),
    ...resampled?.tables,
    ...tables,
  };

  /** Solves the problems, studies the fits as they are solved, and begins to resample them meanwhile. */
  async function solveAndStudy(): Promise<{
    fits: SolvedFit[];
    studies: ReadonlyMap<string, FitStudy>;
    begun: BegunBootstrap | undefined;
  }> {
    // Where errors of parameters are detailed, best uses have theirs from these.
    const fitNow = () => fitOnRuns(plan, method.detailsFits ? [] : budgetsOf(plan));
    await solvePlan(plan, results, (problems) => {
      const fitOf = fitNow();
      const onSolved: SolveOptions["onSolved"] = (problem, result) => {
        // Of a fit without priors only the noise is wanted.
        if (!("solution" in result && plan.shared.has(problem.key))) return;
        studying.begin(fitOf(problem, result.solution));
      };
      const resamples = bootstrap?.resamples;
      return session.solve(problems, { ...sweep.solve, resampling, resamples, ...watch, onSolved });
    });
    demandPrediction(plan, results, sweep);
    await findings;
    // Stages that waited for others are posed now, so that their problems are counted too.
    planFits(meter, prepared);
    seconds.solve = clock();
    onStatus?.(`solved from ${describeStarts(sweep.solve, results)} in ${seconds.solve.toFixed(2)} s`);
    meter.enter("profiles");
    const begun =
      bootstrap && beginBootstrap(await session.backend(), { sweep, plan, results }, bootstrap, session.kept);
    const fits = distinctFits(plan, results, fitNow());
    return { fits, studies: await studying.of(fits), begun };
  }
}

/** The bootstrap of a solved sweep, which goes on while the fits are studied. */
export interface BegunBootstrap {
  bootstrap: Bootstrap;
  plan: BootstrapPlan;
  resampled: ResampledUses;
  /** When it began, of the clock of `performance`. */
  at: number;
}

/** Plans the bootstrap of a solved sweep and begins to resample. */
export function beginBootstrap(
  backend: Backend,
  { sweep, plan, results }: Pick<PreparedSweep, "sweep" | "plan" | "results">,
  bootstrap: Bootstrap,
  kept: ResampleSession["kept"],
): BegunBootstrap {
  const at = performance.now();
  const bootstrapPlan = planBootstrap(plan, results, bootstrap);
  const options = { seed: sweep.solve.seed, kept };
  const resampled = new ResampledUses(backend, plan, bootstrapPlan, bootstrap, options);
  resampled.begin();
  return { bootstrap, plan: bootstrapPlan, resampled, at };
}

/** The callbacks of a bootstrap. */
interface BootstrapWatch extends Pick<SolveOptions, "onWarning" | "onProgress"> {
  /** Receives the draws of each cell, one after the other, before they are dropped. */
  onDraws?: SolveWatch["onDraws"];
}

/**
 * Resamples a solved sweep to the end.
 *
 * @returns its intervals, and the tables of what was resampled and of its configurations compared draw by draw, which are
 * empty if there is only one configuration
 */
export async function bootstrapSweep(
  {
    sweep,
    plan,
    results,
    predictions,
    errors,
  }: Pick<PreparedSweep, "sweep" | "plan" | "results"> & Pick<SolvedSweep, "predictions" | "errors">,
  { bootstrap, plan: bootstrapPlan, resampled }: Omit<BegunBootstrap, "at">,
  { onWarning, onProgress, onDraws }: BootstrapWatch = {},
): Promise<{
  intervals: IntervalRow[];
  tables: Omit<BootstrapTables, "intervals"> &
    Partial<Record<"parameters" | "parameter_draws" | "compute_optimal", Table>>;
}> {
  const { method, solve, rankUndetermined } = sweep;
  const { cells, targets } = plan;
  const summaries = new Map<string, ReplicateSummary>();
  const resampledFits = new Map<string, ResampledParameter[]>();
  const parameterDraws = new ParameterDraws();
  const level = levelOf(bootstrap);
  const optimal = new ComputeOptimalTable({ plan, results, errors }, level);
  const predictionsOf = groupBy(predictions, ({ cell }) => cell);
  const reference = referenceConfiguration(method.axes, cells)!;
  const comparison = new PairedDraws(reference, bootstrap.levels);
  const selection = new RepeatedSelection(
    bootstrap.levels,
    cells.length * targets.length * bootstrap.resamples,
  );
  const isMatrix = cells.some(({ configuration }) => configuration !== reference);
  const intervals: IntervalRow[] = [];
  const chained = chainCells(resampled, bootstrapPlan, bootstrap, {
    onProgress,
    onOutcome(use, { replicates }) {
      const { problem } = use;
      summaries.set(use.key, summariseReplicates(replicates));
      optimal.addReplicates(problem, replicates);
      if (bootstrap.draws) parameterDraws.add(problem, replicates);
      if (!method.detailsFits) return;
      resampledFits.set(problem.key, resampledParameters(problem.form, replicates, bootstrap));
    },
  });
  for await (const draws of chained) {
    const ofCell = predictionsOf.get(draws.cell) ?? [];
    intervals.push(...intervalRows(draws, ofCell, bootstrap, solve.seed));
    if (isMatrix) {
      const ranked = rankUndetermined ? ofCell : ofCell.filter(isDetermined);
      comparison.add(draws, ranked);
      selection.add(draws, ranked);
    }
    await onDraws?.(draws);
  }
  const selected = selection.finish();
  const optimalTable = optimal.table();
  if (isMatrix && "reason" in selected) onWarning?.(`table selection is empty: ${selected.reason}`);
  const uses = Array.from(bootstrapPlan.uses.values(), (use) => ({ use, summary: summaries.get(use.key) }));
  for (const line of bootstrapWarnings(uses, bootstrap)) onWarning?.(line);
  const farTargets = farTargetWarning(targets, largestCompute(plan));
  if (farTargets !== undefined) onWarning?.(farTargets);
  return {
    intervals: intervals.sort((a, b) => a.cell.id - b.cell.id),
    tables: {
      bootstrap: bootstrapTable(bootstrap.scheme.name, uses),
      ...(method.detailsFits && {
        parameters: parametersTable(
          plan.shared.uses,
          results,
          new FitDetails({ plan, results, errors }, level).parameters(resampledFits),
        ),
      }),
      ...(optimalTable && { compute_optimal: optimalTable }),
      ...(bootstrap.draws && { parameter_draws: parameterDraws.table(plan.shared.problems, onWarning) }),
      comparisons: comparisonsTable(method, comparison.finish()),
      selection: selectionTable(method, "reason" in selected ? [] : selected),
    },
  };
}

function describeStarts(
  { starts }: PreparedSweep["sweep"]["solve"],
  results: PreparedSweep["results"],
): string {
  if (starts !== "auto") return `${countOf(starts, "start")} each`;
  const solved = Array.from(results.values(), (result) =>
    "solution" in result ? result.solution.starts : 0,
  ).filter((count) => count > 0);
  const total = solved.reduce((sum, count) => sum + count, 0);
  return `${countOf(total, "start")}, ${(total / Math.max(1, solved.length)).toFixed(1)} a problem,`;
}

function describeBootstrap({ resamples, scheme, cluster, freshStarts }: Bootstrap, seconds: number): string {
  const starts =
    freshStarts === "auto"
      ? "the fit of the data and as many random starts as it asks for"
      : countOf(freshStarts + 1, "start");
  return `${countOf(resamples, "resample")} by scheme ${scheme.name}${cluster === "family" ? " of whole families" : ""}, each from ${starts}, in ${seconds.toFixed(2)} s`;
}
