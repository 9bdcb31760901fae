import { bootstrapCells } from "../bootstrap/bootstrap-cells.ts";
import { coversActual, intervalRows } from "../bootstrap/interval-rows.ts";
import type { ResampleSession } from "../bootstrap/resample-use.ts";
import { getOrInsert, groupBy } from "../collections.ts";
import type { SweepInWork } from "../extension.ts";
import { indexRuns, type RunIndex, type RunSelections } from "../methods/runs.ts";
import { extrapolationOf } from "../plan/extrapolation.ts";
import { judgeDetermined, PredictionJudge } from "../plan/judge-predictions.ts";
import { planSweep, type SweepPlan, solvePlan } from "../plan/plan-sweep.ts";
import { largestOf } from "../plan/runs-used.ts";
import { isDetermined, predictCells, type ScoredPrediction, skippedStages } from "../plan/score.ts";
import { selectRuns } from "../plan/selection.ts";
import type { SolveResult } from "../solve/problem.ts";
import { sum } from "../statistics.ts";
import type { CheckpointTable } from "../tables/checkpoint-table.ts";
import { countOf, formatNumber } from "../text.ts";
import { withConformal } from "./conformal.ts";
import type { Cut, Cuts } from "./cuts.ts";
import { type BackInterval, type BackPrediction, type HitRate, hitRates } from "./hit-rates.ts";
import type { Backtest } from "./spec.ts";
import { StepTally } from "./steps-that-miss.ts";

/** The results of the back-tests of a sweep. */
export interface Backtests {
  predictions: readonly BackPrediction[];
  rates: readonly HitRate[];
  /** A line that says what was done. */
  summary: string;
}

/** Rolls a sweep out over all cuts: the smaller runs predict the larger ones. */
export async function backtestSweep(
  swept: SweepInWork,
  { cuts, tooFew }: Cuts,
  { by, least_runs: leastRuns, levels }: Backtest,
): Promise<Backtests> {
  const results = new Map(swept.results);
  const rollouts: Rollout[] = [];
  const steps = new StepTally();
  for (const cut of cuts) rollouts.push(await rollOut(cut, swept, results, steps));
  const rolledOut = rollouts.flatMap((rollout) => rollout.predictions);
  const solved = sum(rollouts.map((rollout) => rollout.solved));
  const line = skippedLine(rollouts.flatMap(({ skipped }) => skipped));
  if (line !== undefined) swept.watch.onWarning(`back-tests: ${line}`);
  const open = rolledOut.filter((prediction) => !isDetermined(prediction)).length;
  if (open > 0) {
    swept.watch.onWarning(
      `back-tests: ${open} of ${countOf(rolledOut.length, "prediction")} are not determined by the runs up to their cut; rates and errors ` +
        "include them (table backtests, column determined)",
    );
  }
  for (const missed of steps.lines()) swept.watch.onWarning(missed);
  const predictions = withConformal(rolledOut, levels);
  const left = tooFew === 0 ? "" : ` (${tooFew} more have fewer than ${leastRuns} runs)`;
  return {
    predictions,
    rates: hitRates(predictions),
    summary:
      `back-tests: ${countOf(cuts.length, "cut")} by ${by}${left}: ${countOf(rolledOut.length, "prediction")} of larger runs, ` +
      `${countOf(solved, "problem")} more; ${reach(predictions, swept)}`,
  };
}

/** How far back-tests reach, and how far the sweep itself does. */
function reach(predictions: readonly BackPrediction[], { plan }: SweepInWork): string {
  const extrapolation = extrapolationOf(plan);
  const ratios = plan.cells.flatMap((cell) =>
    plan.targets.map((target) => extrapolation({ cell, target: target.name }).ratio),
  );
  const upTo = (values: readonly number[]) => formatNumber(Number(largestOf(values).toPrecision(2)));
  const tested = predictions.length === 0 ? "none" : `up to ${upTo(predictions.map(({ ratio }) => ratio))}`;
  const known = ratios.filter((ratio) => ratio > 0);
  return `ratios ${tested}${known.length === 0 ? "" : `, those of the sweep's targets up to ${upTo(known)}`}`;
}

/** A line on the stages without a solution, with the most frequent reason; undefined if there are none. */
function skippedLine(skipped: readonly string[]): string | undefined {
  const reasons = [...groupBy(skipped, (reason) => reason).values()];
  const [first, ...others] = reasons.sort((a, b) => b.length - a.length);
  if (first === undefined) return undefined;
  const more = others.length === 0 ? "" : ` and ${countOf(others.length, "other reason")}`;
  return `${countOf(skipped.length, "stage")} of cells at cuts without a solution: ${first[0]} (${first.length})${more}`;
}

/** The result of a cut. */
interface Rollout {
  predictions: BackPrediction[];
  /** The stages of its cells without a solution, with the reasons. */
  skipped: string[];
  /** Number of distinct problems that were solved for it. */
  solved: number;
}

/**
 * Plans the sweep on the runs up to a cut, with every larger fit run as a target, and solves, predicts and resamples as
 * the sweep does.
 *
 * @param results of problems by key: problems in it are not solved again, new results are added
 * @param steps counts the intervals of single steps
 */
async function rollOut(
  cut: Cut,
  { sweep, plan: swept, session, watch }: SweepInWork,
  results: Map<string, SolveResult>,
  steps: StepTally,
): Promise<Rollout> {
  const plan = await planCut(cut, { sweep, plan: swept, session });
  // The sweep has already reported what the backend says about itself.
  const options = { ...sweep.solve, onProgress: watch.onProgress };
  const solved = await solvePlan(plan, results, (problems) => session.solve(problems, options));
  const judge = new PredictionJudge(results);
  const predicted = predictCells(plan.cells, results);
  const predictions = await judgeDetermined(predicted, judge, plan.targets, session.signal);
  const intervals = await resampled(plan, results, predictions, { sweep, session, watch }, steps);
  const extrapolation = extrapolationOf(plan);
  return {
    predictions: predictions.map(({ cell, target, predicted, verdict, actual }) => {
      return {
        // The cells of both plans are in the same order. Those of the cut are not kept, so that their points can be freed.
        cell: swept.cells[cell.id]!,
        cut: cut.size,
        target,
        targetSize: cut.heldOut.get(target)!,
        ...extrapolation({ cell, target }),
        predicted,
        verdict,
        actual,
        intervals: intervals.get(predictionKey(cell.id, target)) ?? [],
      };
    }),
    skipped: skippedStages(plan.cells, results).map(({ stage, reason }) => `${stage}: ${reason}`),
    solved: solved.length,
  };
}

/** Plans the sweep on the runs up to a cut, with every larger fit run as a target. */
export async function planCut(
  cut: Cut,
  {
    sweep,
    plan: swept,
    session,
  }: Pick<SweepInWork, "sweep" | "plan"> & { session: Pick<ResampleSession, "signal"> },
): Promise<SweepPlan> {
  const table = rolloutTable(swept.index.table, cut);
  const predicates = sweep.configurations.flatMap((configuration) => configuration.predicates);
  const index = rolloutIndex(table, cut, await selectRuns(table, predicates, sweep.where));
  return planSweep(index, { ...sweep, targets: undefined, tasks: swept.tasks }, session.signal);
}

/**
 * Intervals of each prediction by the sweep's bootstrap; none without one.
 *
 * @param steps counts those of the steps on the way to it
 */
async function resampled(
  plan: SweepPlan,
  results: ReadonlyMap<string, SolveResult>,
  predictions: readonly ScoredPrediction[],
  { sweep, session, watch }: Pick<SweepInWork, "sweep" | "session" | "watch">,
  steps: StepTally,
): Promise<Map<string, BackInterval[]>> {
  const intervals = new Map<string, BackInterval[]>();
  const { bootstrap } = sweep;
  if (bootstrap === undefined) return intervals;
  const ofCell = groupBy(predictions, ({ cell }) => cell.id);
  const options = { seed: sweep.solve.seed, onProgress: watch.onProgress, kept: session.kept };
  for await (const draws of bootstrapCells(await session.backend(), plan, results, bootstrap, options)) {
    const { id } = draws.cell;
    for (const row of intervalRows(draws, ofCell.get(id) ?? [], bootstrap, sweep.solve.seed)) {
      const { quantity, purpose, interval, level, status } = row;
      if (quantity !== "predicted") {
        steps.add({ quantity, purpose, interval, level, held: coversActual(row) });
        continue;
      }
      const { lower, upper } = row.limits;
      const ofPrediction = getOrInsert(intervals, predictionKey(id, row.target), (): BackInterval[] => []);
      ofPrediction.push({ purpose, interval, level, lower, upper, status });
    }
  }
  return intervals;
}

function predictionKey(cell: number, target: string): string {
  return `${cell} ${target}`;
}

/** The table as it would be had only the runs up to a cut been fitted: the larger ones are targets. Rows stay in place. */
export function rolloutTable(table: CheckpointTable, { heldOut }: Cut): CheckpointTable {
  const role = table.role.map((given, row) => (heldOut.has(table.run[row]!) ? "target" : given));
  return { ...table, role };
}

/** The runs of the cut. Targets of the table itself are not back-tested. */
export function rolloutIndex(table: CheckpointTable, { heldOut }: Cut, selections: RunSelections): RunIndex {
  const index = indexRuns(table, selections);
  return { ...index, targets: index.targets.filter(({ name }) => heldOut.has(name)) };
}
