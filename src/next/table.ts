import type { AxisInfo } from "../methods/axis.ts";
import { NO_PRIORS } from "../methods/priors.ts";
import { lawColumns } from "../planner/table.ts";
import { mean } from "../statistics.ts";
import type { Table } from "../tables/table.ts";
import { count, ends, number, tableOf, text } from "../tables/table-of.ts";
import { assignments, formatNumber } from "../text.ts";
import type { Candidates, HeldValues } from "./candidates.ts";
import type { Noise } from "./noise.ts";
import { BATCH, type RankedRuns } from "./rank.ts";

/** A row of table `candidates`. */
interface CandidateRow {
  of: RankedRuns;
  /** Candidate and target. */
  i: number;
  t: number;
  /** Place by the shrinkage for the cost, from 1. */
  rank: number;
  /** Place in the batch, from 1; 0 outside of it. */
  place: number;
  spent: number;
}

/**
 * Table `candidates`: a row for each law, candidate and target, the best candidates for their cost first.
 *
 * @param axes that the run has columns of
 */
export function candidatesTable(
  ranked: readonly RankedRuns[],
  axes: readonly AxisInfo[],
  { candidates, cost, held }: { candidates: Candidates; cost: string; held: HeldValues },
): Table {
  const rows = ranked.flatMap((of): CandidateRow[] => {
    const { order } = of.batch;
    const spent = new Map<number, { place: number; spent: number }>();
    order.reduce((sum, i, k) => {
      spent.set(i, { place: k + 1, spent: sum + of.asked.costs[i]! });
      return sum + of.asked.costs[i]!;
    }, 0);
    return of.ranking.flatMap((i, r) => {
      const { place = 0, spent: sum = Number.NaN } = spent.get(i) ?? {};
      return of.targets.map((_, t) => ({ of, i, t, rank: r + 1, place, spent: sum }));
    });
  });
  const inputsOf = ({ of, i }: CandidateRow): string =>
    inputText(of.law.law.form.variableNames, of.asked.candidates[i]!);
  const { at, uniqueTokens } = held;
  const holds = assignments({ ...at, ...(uniqueTokens !== undefined && { U: uniqueTokens }) });
  return tableOf<CandidateRow>(rows, [
    ...lawColumns<CandidateRow>(axes, ({ of }) => of.law),
    text("candidate", "name of the run that may be trained, or its inputs", ({ i }) => candidates.names[i]!),
    text("inputs", "the law's inputs of it", inputsOf),
    text("held", "what is held for all candidates and targets; null without any", () => holds || null),
    number("cost", "what it costs, in the unit of `cost_expression`", ({ of, i }) => of.asked.costs[i]!),
    text("cost_expression", "the cost as an expression", () => cost),
    count("rank", "place by `shrinkage_per_cost`, from 1"),
    count("trained", "runs that were fitted with the inputs of the candidate", ({ of, i }) => of.trained[i]!),
    number("predicted", "the law's value there", ({ of, i }) => of.values[i]!),
    number(
      "shrinkage",
      "share by which the width of the target's interval is expected to fall with this run alone, by the linear posterior",
      ({ of, i, t }) => 1 - of.left[i]![t]!,
    ),
    number(
      "shrinkage_per_cost",
      "`shrinkage`, of several targets their mean, over `cost`",
      ({ of, i }) => (1 - mean(of.left[i]!)) / of.asked.costs[i]!,
    ),
    number(
      "shrinkage_refitted",
      "`shrinkage` by refits of simulated outcomes; of the first few",
      ({ of, i, t }) => 1 - (of.checked.get(i)?.[t] ?? Number.NaN),
    ),
    count(
      "batch",
      "place in the batch that the spending limit pays for, from 1; null outside of it",
      ({ place }) => place || null,
    ),
    number("batch_cost", "cost of the batch up to this run", ({ spent }) => spent),
    number(
      "batch_shrinkage",
      "share by which the width is expected to fall with the batch up to this run",
      ({ of, place, t }) => 1 - (of.batch.left[place - 1]?.[t] ?? Number.NaN),
    ),
    number(
      "batch_shrinkage_refitted",
      "`batch_shrinkage` by refits; of the last run of the batch",
      ({ of, place, t }) =>
        place > 0 && place === of.batch.order.length
          ? 1 - (of.checked.get(BATCH)?.[t] ?? Number.NaN)
          : Number.NaN,
    ),
    text("target", "what is to be known better", ({ of, t }) => of.targets[t]!.name),
    text("target_inputs", "the law's inputs of it", ({ of, t }) =>
      inputText(of.law.law.form.variableNames, of.asked.targets[t]!.inputs),
    ),
    number("target_value", "the law's value there", ({ of, t }) => of.targets[t]!.value),
    ...ends<CandidateRow>(
      "target_",
      "lower end of its interval by the runs that are trained, percentiles of the replicates, with given errors of the runs by the delta method: of the curve",
      ({ of, t }) => of.targets[t]!,
    ),
    number("level", "nominal coverage of the targets' intervals", ({ of }) => of.asked.level),
    number(
      "noise",
      "standard deviation of the noise of a run, by the residuals of the fit or the given errors",
      ({ of }) => Math.sqrt(of.noise.variance),
    ),
    text("noise_of", "`value`, or `logarithm` where residuals are of logarithms or relative", ({ of }) =>
      of.isLog ? "logarithm" : "value",
    ),
    count("runs", "runs that were fitted", ({ of }) => of.law.law.points.length),
    count(
      "noise_freedom",
      "these less the parameters, which the noise rests on; null with given errors of the runs",
      ({ of }) => (Number.isNaN(of.noise.freedom) ? null : of.noise.freedom),
    ),
    text(
      "fitted_priors",
      "priors that the law was fitted with, as key `priors` takes them; null without",
      ({ of }) => (of.law.law.priors === NO_PRIORS ? null : of.law.law.priors),
    ),
    count("draws", "replicates that the intervals and modes are of", ({ of }) => of.draws),
    count(
      "modes",
      "modes of the replicates, about each of which the law is taken as linear",
      ({ of }) => of.modes,
    ),
    text("status", "`ok`, or `no-run-helps`", ({ of }) => (of.useless === undefined ? "ok" : "no-run-helps")),
    text(
      "notes",
      "what is to be known of the row, in words; null if nothing",
      ({ of }) => [of.useless ?? [], of.open ?? [], whyNoNoise(of.noise) ?? []].flat().join("; ") || null,
    ),
  ]);
}

/** Why the residuals do not show the noise of a run; undefined where they do. */
const whyNoNoise = ({ isShown, freedom }: Noise): string | undefined =>
  isShown
    ? undefined
    : `the noise of a run is not known, ${freedom > 0 ? "as the law goes through every run" : "as there are no more runs than parameters"}: ` +
      "a fifth of the spread of what was measured stands for it, and the targets have no intervals";

/** `N=1e+09, D=2e+10`. */
export const inputText = (names: readonly string[], inputs: readonly number[]): string =>
  names.map((name, v) => `${name}=${formatNumber(inputs[v]!)}`).join(", ");
