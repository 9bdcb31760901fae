import { shortCount } from "../draw/numbers.ts";
import { num, str } from "../draw/records.ts";
import { titleOf } from "../forms/form.ts";
import { isUniqueTokens } from "../forms/size-inputs.ts";
import type { AxisInfo } from "../methods/axis.ts";
import { doubtsOfRSquared } from "../plan/fit-quality.ts";
import { extremes } from "../statistics.ts";
import type { Table } from "../tables/table.ts";
import { type ColumnOf, count, ends, number, tableOf, text } from "../tables/table-of.ts";
import { assignments, formatNumber, percent } from "../text.ts";
import type { Edge, Limits } from "./best-size.ts";
import type { RunLaw } from "./laws.ts";
import {
  FLAT_SHARES,
  isBelowRuns,
  type LawPlan,
  type NoPlan,
  nameOfShare,
  type PlanIntervals,
} from "./plan-law.ts";

/** A row of table `plans`: a plan at a level. */
interface PlanRow {
  plan: LawPlan | NoPlan;
  level: PlanIntervals | undefined;
}

/** What a plan is not to be taken as it is for: a word, and sentences. */
interface Verdict {
  status: "ok" | "not-determined" | "bound" | "runs-away" | "flat" | "several" | "below-runs" | "none";
  notes: string[];
}

/** What an edge means, in words. */
const EDGES: Readonly<Record<Edge, string>> = {
  "n-min": "the best size is at the smallest that is allowed",
  "n-max": "the best size is at the largest that is allowed",
  "d-min": "the best size is at the fewest tokens that are allowed",
  "d-max": "the best size is at the most tokens that are allowed",
  "one-parameter": "the law has no best size: the smaller the model, the better",
  "one-token": "the law has no best size: the fewer the tokens, the better",
};

/** Inputs that are held, with their values. */
type Held = Readonly<Record<string, number>>;

/** Limits that were given, by the names of their options. */
function limitsGiven({ n, d }: Limits): Record<string, number> {
  const all = Object.entries({ "n-min": n[0], "n-max": n[1], "d-min": d[0], "d-max": d[1] });
  return Object.fromEntries(all.filter(([, value]) => value > 0 && value < Number.POSITIVE_INFINITY));
}

/** The held inputs that no run has had: they are less than the least of the runs or more than the most. */
function heldOutside({ law: { law }, inputs, best }: LawPlan, held: Held): string[] {
  const values = inputs.at(law.parameters, best.n, best.d);
  return law.form.variableNames.flatMap((name, v) => {
    if (!Object.hasOwn(held, name) && !isUniqueTokens(name)) return [];
    const [least, most] = extremes(Float64Array.from(law.points, ({ variables }) => variables[v]!));
    const value = values[v]!;
    if (value >= least * (1 - 1e-9) && value <= most * (1 + 1e-9)) return [];
    const [given, from, to] = [value, least, most].map((number) => formatNumber(number, 4));
    return [`${name} = ${given} is ${value < least ? "below" : "beyond"} that of the runs, ${from} to ${to}`];
  });
}

/** Share of a value below which the width of an interval is rounding. */
const NO_WIDTH = 1e-6;

/** Whether the percentiles of the replicates are all one value. */
const hasNoWidth = ({ intervals, open }: LawPlan): boolean =>
  open === undefined &&
  intervals.length > 0 &&
  intervals.every(
    ({ n }) => n.interval === "percentile" && n.upper - n.lower <= NO_WIDTH * Math.abs(n.value),
  );

/** Whether an edge is the end of what is looked at, and no limit that was asked for. */
const isEnd = (edge: Edge): boolean => edge === "one-parameter" || edge === "one-token";

/** What is to be known of a plan before it is taken as it is. */
function verdictOf(plan: LawPlan | NoPlan, held: Held): Verdict {
  if ("reason" in plan) return { status: "none", notes: [plan.reason] };
  const { best, runs, regions, open } = plan;
  const others = best.others.map((n) => `N = ${shortCount(n)}`);
  const isFlat = Math.log(regions[0]!.n[1] / regions[0]!.n[0]) > Math.log(1e6);
  const isBelow = isBelowRuns(plan);
  const runsAway = best.edges.some(isEnd);
  const outside = (["n", "d"] as const).flatMap((name) => {
    const [least, most] = runs[name];
    if (best[name] >= least * (1 - 1e-9) && best[name] <= most * (1 + 1e-9)) return [];
    const where = best[name] < least ? "below" : "beyond";
    return [
      `${name.toUpperCase()} is ${where} that of the runs, ${shortCount(least)} to ${shortCount(most)}`,
    ];
  });
  const { row } = plan.law.law;
  return {
    status:
      open !== undefined
        ? "not-determined"
        : runsAway
          ? "runs-away"
          : best.edges.length > 0
            ? "bound"
            : others.length > 0
              ? "several"
              : isFlat
                ? "flat"
                : isBelow
                  ? "below-runs"
                  : "ok",
    notes: [
      ...(open === undefined ? [] : [open]),
      // Without the runs that would tell, it is not the law that has no best size.
      ...best.edges.flatMap((edge) => (open !== undefined && isEnd(edge) ? [] : [EDGES[edge]])),
      ...(others.length > 0 ? [`not the only best size: ${others.join(", ")} is as good`] : []),
      ...(isFlat
        ? [`flat: sizes a million times apart are within ${percent(FLAT_SHARES[0])} of each other`]
        : []),
      ...(isBelow ? ["smaller than the smallest run"] : []),
      ...outside,
      ...(hasNoWidth(plan)
        ? [
            "the replicates do not differ: the law goes through every run, which shows no noise, so that the intervals have no width",
          ]
        : []),
      ...heldOutside(plan, held),
      ...doubtsOfRSquared(num(row, "r_squared"), str(row, "residual")).map((doubt) => `doubtful: ${doubt}`),
    ],
  };
}

const planned =
  <Value>(read: (plan: LawPlan) => Value) =>
  ({ plan }: PlanRow): Value | undefined =>
    "reason" in plan ? undefined : read(plan);

/**
 * Table `plans`.
 *
 * @param axes that the run has columns of
 */
export function plansTable(
  plans: readonly (LawPlan | NoPlan)[],
  axes: readonly AxisInfo[],
  { cost, held, limits }: { cost: string; held: Held; limits: Limits },
): Table {
  const rows = plans.flatMap((plan): PlanRow[] =>
    "reason" in plan ? [{ plan, level: undefined }] : plan.intervals.map((level) => ({ plan, level })),
  );
  const ofInterval =
    (name: "n" | "d" | "value" | "score" | "budget", isShown = (_: LawPlan) => true) =>
    (row: PlanRow): { lower: number; upper: number } => {
      const isThere = !("reason" in row.plan) && isShown(row.plan);
      return (isThere ? row.level?.[name] : undefined) ?? { lower: Number.NaN, upper: Number.NaN };
    };
  const isLoss = (plan: LawPlan) => plan.isLeast;
  const flat = FLAT_SHARES.flatMap((share, i): ColumnOf<PlanRow>[] => {
    // What the data leave open is no flat region.
    const of = planned(({ regions, open }) => (open === undefined ? regions[i]! : undefined));
    const within = `within ${percent(share)} of the best`;
    return [
      ...ends<PlanRow>(
        `n_${nameOfShare(share)}_`,
        `smallest N whose loss or score is ${within}, on the constraint`,
        (row) => pair(of(row)?.n),
        "largest",
      ),
      ...ends<PlanRow>(
        `d_${nameOfShare(share)}_`,
        "fewest tokens there: those of the largest N",
        (row) => pair(of(row)?.d.toReversed()),
        "most, those of the smallest N",
      ),
    ];
  });
  const heldText = assignments(held);
  const limitsText = assignments(limitsGiven(limits));
  return tableOf<PlanRow>(rows, [
    ...lawColumns<PlanRow>(axes, ({ plan }) => plan.law),
    text(
      "cost",
      "what a model costs, an expression of its size N and tokens D and of what is held",
      () => cost,
    ),
    text(
      "held",
      "inputs that are held, with their values: T tokens of inference, U unique tokens; null without any",
      () => heldText || null,
    ),
    ...(limitsText === ""
      ? []
      : [text<PlanRow>("limits", "limits of size and tokens that were given", () => limitsText)]),
    number(
      "budget",
      "what may be spent, in the unit of the cost; of a value that is to be reached, what it costs",
      (row) => planned(({ budget }) => budget)(row) ?? budgetOf(row.plan),
    ),
    number("quality", "the value that is to be reached; null of a budget", ({ plan: { goal } }) =>
      "quality" in goal ? goal.quality : Number.NaN,
    ),
    number(
      "n",
      "parameters of the best model",
      planned(({ best }) => best.n),
    ),
    number(
      "d",
      "its training tokens",
      planned(({ best }) => best.d),
    ),
    number(
      "tokens_per_parameter",
      "d / n",
      planned(({ best }) => best.d / best.n),
    ),
    number(
      "predicted_loss",
      "its loss by the law; null of a law that rises with size",
      planned((plan) => (plan.isLeast ? plan.best.value : Number.NaN)),
    ),
    number(
      "predicted_score",
      "its score, by the second step or by a law that rises with size; null where the run has neither",
      planned((plan) => (plan.isLeast ? plan.score : plan.best.value)),
    ),
    number("level", "nominal coverage of the intervals", ({ level }) => level?.level),
    ...ends<PlanRow>("n_", "lower end of the interval of n", ofInterval("n")),
    ...ends<PlanRow>("d_", "lower end of the interval of d", ofInterval("d")),
    ...ends<PlanRow>(
      "predicted_loss_",
      "lower end of the interval of the loss, of the curve",
      ofInterval("value", isLoss),
    ),
    ...ends<PlanRow>("predicted_score_", "lower end of the interval of the score, of the curve", (row) =>
      !("reason" in row.plan) && row.plan.isLeast ? ofInterval("score")(row) : ofInterval("value")(row),
    ),
    ...ends<PlanRow>(
      "budget_",
      "lower end of the interval of the budget, of a value that is to be reached",
      ofInterval("budget", ({ goal }) => "quality" in goal),
    ),
    text(
      "interval",
      "`percentile` of the replicates, at levels widened for few runs, or `delta` by the errors of the parameters; null where neither is known",
      ({ level }) => (level === undefined || Number.isNaN(level.n.lower) ? null : level.n.interval),
    ),
    text("scheme", "how the resamples were drawn; null by the delta method", ({ plan, level }) =>
      level === undefined || level.n.draws === 0 ? null : plan.law.law.scheme || null,
    ),
    count(
      "draws",
      "replicates that have the quantities; 0 by the delta method",
      ({ level }) => level?.n.draws,
    ),
    text("no_interval", "why there are no intervals", ({ level }) =>
      level === undefined || level.n.status === "ok" ? null : level.n.status,
    ),
    ...flat,
    number(
      "extrapolation",
      "6 n d over that of the largest run that was fitted",
      planned((plan) => plan.extrapolation),
    ),
    text(
      "status",
      "`ok`; `not-determined` by the runs; `bound` at a limit; `runs-away` where the law has no best size; `several` where it has others as good; `flat`; `below-runs`; `none`",
      ({ plan }) => verdictOf(plan, held).status,
    ),
    text(
      "notes",
      "what is to be known of the row, in words; null if nothing",
      ({ plan }) => verdictOf(plan, held).notes.join("; ") || null,
    ),
  ]);
}

const pair = (ends: readonly number[] | undefined): { lower: number; upper: number } => ({
  lower: ends?.[0] ?? Number.NaN,
  upper: ends?.[1] ?? Number.NaN,
});

const budgetOf = ({ goal }: LawPlan | NoPlan): number => ("budget" in goal ? goal.budget : Number.NaN);

/** The columns that say which law a row is by. @param axes that the run has columns of */
export function lawColumns<Item extends object>(
  axes: readonly AxisInfo[],
  lawOf: (item: Item) => RunLaw,
): ColumnOf<Item>[] {
  const axisColumn = ({ name, type }: AxisInfo): ColumnOf<Item> => {
    const value = (item: Item) => lawOf(item).cell[name] ?? null;
    return { name, type, description: "value of each design choice", value } as ColumnOf<Item>;
  };
  return [
    count("cell", "number of the cell, from 0", (item: Item) => Number(lawOf(item).cell.cell)),
    text("task", "subject that is predicted", (item: Item) => lawOf(item).task),
    ...axes.map(axisColumn),
    text("problem", "the fit of the law in table `fits`", (item: Item) =>
      String(lawOf(item).law.row.problem),
    ),
    text("form", "name of the law's form; of an expression its equation", (item: Item) =>
      titleOf(lawOf(item).law.form),
    ),
  ];
}
