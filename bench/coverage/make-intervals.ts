import {
  type CellDraws,
  chainReplicates,
  type Quantity,
  quantities,
  quantityNames,
} from "#lawfit/bootstrap/bootstrap-cells.js";
import { intervalRows } from "#lawfit/bootstrap/interval-rows.js";
import type { DrawnRun } from "#lawfit/bootstrap/population.js";
import { drawsOf } from "#lawfit/intervals/draws.js";
import type { Need, Plan } from "#lawfit/methods/method.js";
import type { Backend } from "#lawfit/solve/kernel.js";
import type { Arm } from "./arm.ts";
import type { DataSet } from "./data-set.ts";
import { ladderForms, planOf, type StepOneLoss } from "./data-set-plan.ts";
import { rankOf } from "./rank-uniformity.ts";
import {
  BLOCK_LENGTH,
  fitStage,
  type ResampledStage,
  resampleFitted,
  type StageOptions,
} from "./study-stage.ts";

/** What a scheme said of one true value. */
export interface Made {
  /** Loss of step 1; the link, which knows nothing of it, is told under the first one. */
  loss1: StepOneLoss;
  quantity: Quantity;
  target: string;
  scheme: string;
}

/** An interval, and the truth that it is for. */
export interface MadeInterval extends Made {
  interval: string;
  /** NaN where there is none. */
  lower: number;
  upper: number;
  actual: number;
}

/** Where the truth lies among the draws. */
export interface MadeRank extends Made {
  rank: number;
}

/** All that was made of one data set. */
export interface MadeIntervals {
  intervals: MadeInterval[];
  ranks: MadeRank[];
}

export interface MakeOptions extends StageOptions {
  arms: readonly Arm[];
  losses: readonly StepOneLoss[];
  /** Whether the parameters have the priors of preset `ladder-bayes`. @default false */
  isBayesian?: boolean;
  level: number;
}

/** Fits a data set, resamples it by every arm and makes the intervals, all by what a sweep does it with. */
export async function makeIntervals(
  backend: Backend,
  dataSet: DataSet,
  options: MakeOptions,
): Promise<MadeIntervals> {
  const { arms, losses, isBayesian } = options;
  const runs = new Map(dataSet.runs.map(({ run, n }, place) => [run, { place, n }]));
  const known = (run: string): DrawnRun => runs.get(run)!;
  const leftOut = arms.some(({ intervals }) => intervals.some((kind) => needsLeftOut(kind)));
  const plans = losses.map((loss1) => ({ loss1, plan: planOf(dataSet, loss1, ladderForms, isBayesian) }));
  const fitOf = (plan: Plan, stage: number, key: string) =>
    fitStage(backend, plan.stages[stage]!, key, { ...options, leftOut });
  const link = await fitOf(plans[0]!.plan, 1, "link");
  const laws = await Promise.all(plans.map(({ loss1, plan }) => fitOf(plan, 0, loss1)));
  const intervals: MadeInterval[] = [];
  const ranks: MadeRank[] = [];
  for (const arm of arms) {
    const resample = (stage: typeof link) =>
      resampleFitted(backend, stage, arm.scheme, known, options, arm.intervals);
    const secondStage = await resample(link);
    for (const [p, { loss1, plan }] of plans.entries()) {
      const draws = drawsOfCell(plan, [await resample(laws[p]!), secondStage], dataSet, options.resamples);
      const isNew = ({ quantity }: Made): boolean => p === 0 || quantity !== "link";
      intervals.push(...intervalsOf(draws, arm, loss1, options).filter(isNew));
      ranks.push(...ranksOf(draws, arm, loss1).filter(isNew));
    }
  }
  return { intervals, ranks };
}

function needsLeftOut({ method }: Arm["intervals"][number]): boolean {
  return method.needs.includes("jackknife");
}

/** What a ladder reads, which says what a prediction can be. */
const NEEDS: readonly Need[] = [
  { metric: "loss", on: "fit" },
  { metric: "accuracy", on: "fit" },
];

/** The resampled stages as a cell of a sweep. */
function drawsOfCell(
  plan: Plan,
  stages: readonly ResampledStage[],
  { targets }: DataSet,
  resamples: number,
): CellDraws {
  const ratios = new Map(targets.map(({ target, ratio }) => [target, ratio]));
  const outcomes = stages.map(({ outcome }) => outcome);
  const uses = stages.map(({ use }) => use);
  const replicates = outcomes.map((outcome) => outcome.replicates);
  return {
    cell: {
      id: 0,
      task: "task",
      configuration: {
        values: new Map(),
        predicts: "score" as const,
        needs: NEEDS,
        predicates: [],
        plan: () => plan,
      },
      plan,
      keys: uses.map(({ key }) => key),
    },
    targets: chainReplicates(plan, replicates, resamples),
    uses,
    outcomes,
    ratioOf: (target) => ratios.get(target)!,
  };
}

function predictionsOf({ cell, uses }: CellDraws) {
  return cell.plan.predict(uses.map((use) => use?.solution.parameters));
}

function intervalsOf(
  draws: CellDraws,
  { scheme, intervals }: Arm,
  loss1: StepOneLoss,
  { resamples, freshStarts, level, seed }: MakeOptions,
): MadeInterval[] {
  const bootstrap = { resamples, scheme, blockLength: BLOCK_LENGTH, freshStarts, levels: [level], intervals };
  const rows = intervalRows(draws, predictionsOf(draws), bootstrap, seed);
  return rows.map(({ target, quantity, interval, actual, limits: { lower, upper } }) => {
    return { loss1, quantity, target, scheme: scheme.name, interval, lower, upper, actual };
  });
}

function ranksOf(draws: CellDraws, { scheme }: Arm, loss1: StepOneLoss): MadeRank[] {
  return predictionsOf(draws).flatMap((prediction) => {
    const { target } = prediction;
    const values = draws.targets.find((candidate) => candidate.target === target)?.values;
    if (values === undefined) return [];
    return quantityNames.map((quantity): MadeRank => {
      const rank = rankOf(drawsOf(values[quantity]), prediction[quantities[quantity].actual]);
      return { loss1, quantity, target, scheme: scheme.name, rank };
    });
  });
}
