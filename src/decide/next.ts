import { demandOutside, type ForecastTarget, readTargets } from "../forecast/targets.ts";
import { inputsAt, priceCandidates } from "../next/candidates.ts";
import { nextRuns } from "../next/next-runs.ts";
import type { NextOptions } from "../next/spec.ts";
import type { Solver } from "../plan/solver.ts";
import { getMethod } from "../registry.ts";
import { solveProblems } from "../solve/solve.ts";
import type { SweepSpec } from "../spec/spec.ts";
import { rowsOf, type Table, textAt } from "../tables/table.ts";
import { type Answer, type AnswerOptions, answer } from "./answer.ts";
import type { AskedRun } from "./read-run.ts";

/** Runs to train next, and the run whose laws they are ranked by. */
export interface RankedCandidates extends Omit<Answer, "tables"> {
  /** Table `candidates` (docs/results.md): a row for each law, candidate and target; costs in FLOPs or the unit of the cost. */
  candidates: Table;
}

/**
 * Which runs to train next (docs/plan.md): candidates ranked by how much narrower the interval of a target is expected to be with them, for their
 * cost, and a batch that a spending limit pays for.
 *
 * @param source a finished run's directory with draws of its parameters, or a sweep of method `fit` with a bootstrap, which is fitted first; with
 * `axes: {priors: starts}` by weak priors, as the command does
 * @throws UserError where there is no such run, for a run without draws, a target inside the runs, candidates that are no table or lack an input
 * of the law, a cost that is not above 0, a spending limit below the cheapest candidate, and a level that is no share; and as `runSweep` does
 */
export async function planNext(
  source: string | SweepSpec,
  { targets: given, ...options }: NextOptions & AnswerOptions,
): Promise<RankedCandidates> {
  // Before the fit and its resamples, for mistakes in what is asked.
  const priced = await priceCandidates(options);
  if (typeof source !== "string") readTargets(given, true);
  const { tables, ...rest } = await answer(source, options, "plan", async (run, where) => {
    const targets = targetsOf(run, given, options, where);
    const solve = options.solver ?? solverOf(source);
    return { candidates: await nextRuns(run.job, run.cells, priced, { ...options, targets, solve, where }) };
  });
  return { ...tables, ...rest };
}

/** What solves refits as the fits of a sweep are solved. */
export function solverOf(source: string | SweepSpec): Solver {
  const { backend, threads } = typeof source === "string" ? ({} as SweepSpec) : source;
  return (problems, given) =>
    solveProblems(problems, { ...given, ...(backend && { backend }), ...(threads && { threads }) });
}

/** @throws UserError for text that is no target, and for a target inside the runs */
export function targetsOf(
  { job }: AskedRun,
  given: readonly string[],
  { at = {}, uniqueTokens }: Pick<NextOptions, "at" | "uniqueTokens">,
  where: string,
): ForecastTarget[] {
  const { method } = job.manifest.sweep as SweepSpec;
  const targets = readTargets(given, getMethod(method!, where).reading !== undefined);
  const { runs, points } = job.tables;
  const inputs = inputsOfLaws(points!);
  const named = targets.map((target) => {
    const columns = new Map(Object.entries(target.inputs).map(([name, value]) => [name, [value]]));
    const known = inputsAt(inputs, columns, { at, uniqueTokens }).flatMap((values, v): [string, number][] =>
      values === undefined ? [] : [[inputs[v]!, values[0]!]],
    );
    return { ...target, inputs: { ...target.inputs, ...Object.fromEntries(known) } };
  });
  demandOutside(named, { runs: runs!, points: points! }, where);
  return targets;
}

const inputsOfLaws = (points: Table): string[] => [
  ...new Set(rowsOf(points).flatMap((row) => textAt(points, "variables", row).split(", "))),
];
