import type { LoadedJob } from "../draw/job.ts";
import type { Row } from "../draw/records.ts";
import { UserError } from "../errors.ts";
import { inputsOf } from "../forms/size-inputs.ts";
import type { Table } from "../tables/table.ts";
import { formatNumber } from "../text.ts";
import { type Cost, checkCost, readCost } from "./cost.ts";
import { checkHeld } from "./held-inputs.ts";
import { lawsOfRun } from "./laws.ts";
import {
  type Goal,
  isBelowRuns,
  type LawPlan,
  type NoPlan,
  type PlannedLaw,
  type PlanRequest,
  planLaw,
  spanOfRuns,
} from "./plan-law.ts";
import type { PlanOptions } from "./spec.ts";
import { plansTable } from "./table.ts";

/** Level of intervals where neither the options nor the run say another. */
const LEVEL = 0.9;

/**
 * The best use of budgets by the laws of a finished run: table `plans`, a row for each law, budget and level.
 *
 * @param cells rows of table `cells` whose laws are planned by
 * @param where the run, for messages
 * @throws UserError where no law is one of model size and tokens, for options that no law takes, for a cost that is not above 0 and rising or
 * does not count the tokens of inference, for levels that are no shares, for budgets below the runs and values that no law reaches, and where
 * replicates are asked for and the run has none
 */
export function planRun(job: LoadedJob, cells: readonly Row[], options: PlanOptions, where: string): Table {
  const goals = goalsOf(options, where);
  checkLevels(options.levels ?? [], where);
  checkUse(options, where);
  const laws = plannedLaws(job, cells, options, where);
  const { at = {}, inferenceTokens, uniqueTokens, levels = [levelOf(job)] } = options;
  const held = {
    ...at,
    ...(inferenceTokens !== undefined && { T: inferenceTokens }),
    ...(uniqueTokens !== undefined && { U: uniqueTokens }),
  };
  if (options.interval && laws.some(({ law }) => law.law.draws === undefined)) {
    throw new UserError(
      `${where}: --interval asks for intervals of resamples, and the run has stored none of its parameters; ` +
        "allowed: a run with bootstrap: {draws: true}, or no --interval, for intervals by the delta method",
    );
  }
  const cost = readCost(options.cost, held, `${where}: cost`);
  if (options.cost !== undefined) {
    for (const planned of laws) {
      const { n, d } = spanOfRuns(planned);
      checkCost(cost, { n: [n[0] / 10, n[1] * 1e4], d: [d[0] / 10, d[1] * 1e4] }, `${where}: cost`);
    }
  }
  const request: PlanRequest = { cost, limits: limitsOf(options, where), goals, levels };
  const plans = laws.flatMap((law) => planLaw(law, request));
  demandAboveRuns(plans, goals, cost, where);
  demandReached(plans, goals, where);
  return plansTable(plans, job.axes, { cost: cost.expression, held, limits: request.limits });
}

/** The laws of a run that can be planned by; the others are told to `onWarning`. */
function plannedLaws(
  job: LoadedJob,
  cells: readonly Row[],
  { at = {}, uniqueTokens, inferenceTokens, onWarning }: PlanOptions,
  where: string,
): PlannedLaw[] {
  const all = lawsOfRun(job, cells);
  if (all.length === 0)
    throw new UserError(
      `${where}: no cell has stored a law of one fit with its points; allowed: a run whose cells have a law of model size and tokens`,
    );
  const held = { at, uniqueTokens };
  const words = {
    alsoKnown: inferenceTokens === undefined ? [] : ["T"],
    sizes: "planned",
    allowed: "limits of size and tokens (--n-min, --n-max, --d-min, --d-max)",
  };
  checkHeld(
    all.map(({ law }) => law.form),
    held,
    words,
    where,
  );
  const reasons = new Map<string, string[]>();
  const planned = all.flatMap((law): PlannedLaw[] => {
    const inputs = inputsOf(law.law.form, held);
    if (!("reason" in inputs)) return [{ law, inputs }];
    const of = `law ${law.law.form.name}: ${inputs.reason}`;
    reasons.set(of, [...(reasons.get(of) ?? []), law.task]);
    return [];
  });
  if (planned.length === 0) throw new UserError(`${where}: ${[...reasons.keys()].join("; ")}`);
  for (const [reason, tasks] of reasons)
    onWarning?.(`${[...new Set(tasks)].join(", ")}: not planned by: ${reason}`);
  const others = cells.length - all.length;
  if (others > 0)
    onWarning?.(`${others} of ${cells.length} cells have no law of one step with its points in the run`);
  return planned;
}

function goalsOf({ budgets = [], quality = [] }: PlanOptions, where: string): Goal[] {
  const wrong = budgets.find((budget) => !(budget > 0 && Number.isFinite(budget)));
  if (wrong !== undefined) throw new UserError(`${where}: budget ${wrong}; allowed: a number > 0`);
  const goals = [...budgets.map((budget) => ({ budget })), ...quality.map((value) => ({ quality: value }))];
  if (goals.length > 0) return goals;
  throw new UserError(
    `${where}: nothing is asked: a budget, such as --budget 1e24, or a loss to reach, --quality 2.1`,
  );
}

function limitsOf({ nMin = 0, nMax, dMin = 0, dMax }: PlanOptions, where: string): PlanRequest["limits"] {
  const [n, d] = [
    [nMin, nMax ?? Number.POSITIVE_INFINITY] as const,
    [dMin, dMax ?? Number.POSITIVE_INFINITY] as const,
  ];
  for (const [name, [least, most]] of Object.entries({ n, d })) {
    if (!(least >= 0 && most >= 1 && least <= most))
      throw new UserError(
        `${where}: ${name} from ${least} to ${most}; allowed: limits >= 1, the smallest first`,
      );
  }
  return { n, d };
}

/** The level of the run's intervals. */
export function levelOf({ tables: { parameters, derived } }: LoadedJob): number {
  const levels = [parameters, derived].flatMap(
    (table) =>
      table?.columns.find(({ name }) => name === "interval_level" || name === "level")?.values[0] ?? [],
  );
  return typeof levels[0] === "number" ? levels[0] : LEVEL;
}

/** @throws UserError for a level that is no share, and for one that is given twice */
export function checkLevels(levels: readonly number[], where: string): void {
  const wrong = levels.find((level, i) => !(level > 0 && level < 1) || levels.indexOf(level) !== i);
  if (wrong === undefined) return;
  throw new UserError(
    `${where}: level ${wrong}; allowed: a number above 0 and below 1, or a list of different ones`,
  );
}

/** @throws UserError for tokens of use that a given cost does not count */
function checkUse({ cost, inferenceTokens }: PlanOptions, where: string): void {
  if (cost === undefined || inferenceTokens === undefined || /(?<![\w.])T(?!\w)/.test(cost)) return;
  throw new UserError(
    `${where}: cost: ${JSON.stringify(cost)} has no T, and ${inferenceTokens} tokens of inference would cost nothing; ` +
      'allowed: a cost that counts them, such as "6*N*D + 2*N*T", or no --inference-tokens',
  );
}

/** @throws UserError where no law reaches a value */
function demandReached(plans: readonly (LawPlan | NoPlan)[], goals: readonly Goal[], where: string): void {
  for (const goal of goals) {
    if (!("quality" in goal)) continue;
    const of = plans.filter((plan) => plan.goal === goal);
    const reasons = of.flatMap((plan) => ("reason" in plan ? [plan.reason] : []));
    if (reasons.length === of.length && of.length > 0)
      throw new UserError(`${where}: quality ${goal.quality}: ${[...new Set(reasons)].join("; ")}`);
  }
}

/** @throws UserError where all plans of a budget are smaller than the smallest run */
function demandAboveRuns(
  plans: readonly (LawPlan | NoPlan)[],
  goals: readonly Goal[],
  { isTraining }: Cost,
  where: string,
): void {
  for (const goal of goals) {
    if (!("budget" in goal)) continue;
    const of = plans.filter((plan) => plan.goal === goal);
    const smaller = of.flatMap((plan) =>
      "reason" in plan || plan.best.edges.length > 0 || !isBelowRuns(plan) ? [] : [plan],
    );
    if (smaller.length < of.length || of.length === 0) continue;
    const least = Math.min(...smaller.map(({ runs }) => runs.flops[0]));
    const most = Math.max(...smaller.map(({ best: { n, d } }) => 6 * n * d));
    // The budget is in the unit of the cost.
    const own = isTraining ? "is" : `pays for 6ND = ${formatNumber(most, 3)} FLOPs at most, which is`;
    throw new UserError(
      `${where}: budget ${formatNumber(goal.budget)} ${own} below the smallest run, whose 6ND is ${formatNumber(least, 3)} FLOPs; allowed: a larger budget`,
    );
  }
}
