import { derivatives } from "../identifiability/linearise.ts";
import { medianSpread } from "../intervals/draws.ts";
import { type JudgedRow, judgeInterval, judgementWarnings } from "../intervals/interval.ts";
import { rangeOfPredictions } from "../methods/value-range.ts";
import type { Cell } from "../plan/plan-sweep.ts";
import { fittedParameters, type ScoredPrediction } from "../plan/score.ts";
import type { ProblemUse } from "../plan/shared-problems.ts";
import { freeParameters, hasConverged, type SolveResult } from "../solve/problem.ts";
import { countOf } from "../text.ts";
import { solvedFits } from "./fit-tables.ts";

/** Distance of an outlying run from its law, in spreads of the others. Wrong units or typing errors cause it; training noise does not. */
const FAR = 15;

/** Fewest points beyond the free parameters; with fewer, the median residual is a poor estimate of the spread. */
const FEWEST_LEFT = 5;

/** Most laws that are named for a run, and most runs that are named. */
const [MOST_NAMED, MOST_RUNS] = [3, 5];

/** Most fits that are named because they did not converge. */
const MOST_FITS = 5;

/**
 * A line of text for each run whose value lies far off a law of size that is fitted to it and other runs. The spread is estimated by
 * the median residual after dropping as many of the smallest as there are free parameters, since the fit may follow those points.
 */
export function outlierLines(cells: readonly Cell[], results: ReadonlyMap<string, SolveResult>): string[] {
  const seen = new Set<string>();
  const laws = new Map<string, { names: Set<string>; times: number }>();
  for (const cell of cells) {
    const parameters = fittedParameters(cell, results);
    cell.plan.stages.forEach((stage, s) => {
      const key = cell.keys[s];
      const fitted = parameters[s];
      if (!("problem" in stage) || stage.sizes === undefined || fitted === undefined || key === undefined)
        return;
      if (seen.has(key)) return;
      seen.add(key);
      const problem = { ...stage.problem, key };
      const derived = derivatives({ problem, parameters: fitted, runs: stage });
      const free = freeParameters(problem);
      if ("reason" in derived || derived.residual.length < free + FEWEST_LEFT) return;
      const sizes = derived.residual.map(Math.abs);
      const spread = medianSpread(sizes.toSorted().subarray(free));
      sizes.forEach((size, point) => {
        if (!(spread > 0 && size > FAR * spread)) return;
        const run = stage.measured?.[point] ?? stage.runs[derived.run[point]!] ?? "";
        const law = laws.get(run) ?? { names: new Set(), times: 0 };
        law.names.add(`${stage.name} of ${stage.subject ?? cell.task}`);
        laws.set(run, { ...law, times: Math.max(law.times, size / spread) });
      });
    });
  }
  const lines = Array.from(laws, ([run, { names, times }]) => {
    const all = [...names];
    const more = all.length > MOST_NAMED ? `, and ${all.length - MOST_NAMED} more` : "";
    return (
      `run ${run} lies up to ${Number(times.toPrecision(2))} times the spread of the others off its law (${all.slice(0, MOST_NAMED).join(", ")}${more}): ` +
      "a value in another unit, or of another run?"
    );
  });
  const others = lines.length - MOST_RUNS;
  return others > 0
    ? [...lines.slice(0, MOST_RUNS), `${countOf(others, "run")} more lie as far off their laws`]
    : lines;
}

/**
 * A line about the fits whose best start did not come to an end by itself: lower objectives may be in reach, and every number that rests
 * on them may change.
 */
export function convergenceLines(
  uses: readonly ProblemUse[],
  results: ReadonlyMap<string, SolveResult>,
): string[] {
  const fits = solvedFits(uses, results);
  const unfinished = fits.filter(({ solution }) => !hasConverged(solution.termination));
  if (unfinished.length === 0) return [];
  const named = unfinished.slice(0, MOST_FITS).map(({ stage, subject, tasks, problem, solution }) => {
    return `${stage} of ${subject ?? [...tasks].join(", ")} (${problem.form.name}: ${solution.termination})`;
  });
  const more = unfinished.length - named.length;
  return [
    `${countOf(unfinished.length, "fit")} of ${fits.length} did not converge, so that lower objectives may be in reach: ` +
      `${named.join("; ")}${more > 0 ? `; and ${more} more` : ""}. docs/solver.md says what to do for each termination in the table fits`,
  ];
}

/** Warnings about implausible predictions: laws and networks may predict a score above 1. */
export function predictionWarnings(predictions: readonly ScoredPrediction[]): string[] {
  const none = { lower: Number.NaN, upper: Number.NaN, status: "ok" } as const;
  const judged = predictions.map(({ cell, target, predicted }): JudgedRow => {
    const { status, reason } = judgeInterval(none, predicted, rangeOfPredictions(cell.configuration));
    return { task: cell.task, target, status, reason: reason && `${predicted.toPrecision(4)}, ${reason}` };
  });
  return judgementWarnings("predictions", judged);
}
