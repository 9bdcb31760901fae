import type { Table } from "../tables/table.ts";
import { type ColumnOf, count, ends, number, tableOf, text } from "../tables/table-of.ts";
import { countOf, formatNumber } from "../text.ts";
import type { BudgetPoint, BudgetResult, IsoflopIdentity, IsoflopResults, LawResult } from "./results.ts";

/** The tables of a sweep with an isoflop analysis. */
export interface IsoflopTables {
  isoflop: Table;
  isoflop_points: Table;
  isoflop_laws: Table;
}

/** Tables `isoflop`, the best size of each budget, `isoflop_points`, the runs behind it, and `isoflop_laws`, how it grows. */
export function isoflopTables({ points, budgets, laws }: IsoflopResults): IsoflopTables {
  return {
    isoflop: tableOf<BudgetResult>(budgets, [
      ...identity,
      number("c", "FLOPs: the median of the budget's runs"),
      count("measured", "runs with a loss at the end of their training"),
      count("sizes", "their different sizes"),
      count("left_out", "runs of the budget without a loss at the end, or with one that is not above 0"),
      text("left_out_reason", "number of each, and where the first such loss is; null if none is left out"),
      number("lowest_n", "size with the lowest measured loss, the mean of its runs"),
      number("lowest_loss", "that loss"),
      number("n", "parameters of the minimum; null if there is none"),
      number("d", "its tokens"),
      number("loss", "its loss"),
      text("d_from", "where the tokens come from: `budget`, C/(6N); `runs`, those of the neighbouring sizes"),
      number("level", "nominal coverage of the intervals"),
      ...ends(
        "n_",
        "lower end over the draws; 0 if the sizes do not bound it below; null if there is no interval",
        (row: BudgetResult) => row.nEnds,
        "upper end; infinite if the sizes do not bound it above",
      ),
      ...ends("d_", "lower end of the tokens, likewise", (row: BudgetResult) => row.dEnds),
      ...ends("loss_", "lower end over the draws with a minimum", (row: BudgetResult) => row.lossEnds),
      number(
        "noise",
        "relative standard deviation of a loss, given or estimated from the data; null if it cannot be estimated",
      ),
      text(
        "noise_from",
        "where it comes from: `given`; `replicates`, runs of one size; `fit`, residuals near the lowest losses; `none`",
      ),
      number("noise_freedom", "degrees of freedom of its variance; infinite if given, 0 if it is unknown"),
      number("spread", "standard deviation of ln n over the draws with a minimum"),
      number("edge_share", "share of the draws whose minimum is at the smallest or the largest size"),
      number(
        "lost_share",
        "share of the draws that have no minimum for another reason, such as a parabola that opens downwards",
      ),
      text(
        "status",
        "`ok`; `outlier`: one loss lies far off the curve and the best size follows it; `no-noise`, `no-spread` (noise of 0): no intervals; not in the law: `edge`, `unstable`, `not-convex`, `few-sizes`",
      ),
      text(
        "reason",
        "what is wrong, as a sentence, or the tolerance that would join the budget with its neighbours; null if nothing is wrong",
      ),
    ]),
    isoflop_points: tableOf<BudgetPoint>(points, [
      ...runsIdentity,
      number("c", "FLOPs of the budget, as in `isoflop`"),
      text("run", "name of the run"),
      number("n", "its parameters"),
      number("d", "its tokens"),
      number("loss", "its loss at the end of training"),
    ]),
    isoflop_laws: tableOf<LawResult>(laws, [
      ...identity,
      text("quantity", "`n`, parameters; `d`, tokens"),
      number("exponent", "exponent of the budget; null if there is no law"),
      number("coefficient", "value at one FLOP"),
      number("level", "nominal coverage of the intervals"),
      ...ends("exponent_", "lower end over the draws", (row: LawResult) => row.exponentEnds),
      ...ends("coefficient_", "lower end of the coefficient", (row: LawResult) => row.coefficientEnds),
      number(
        "standard_error",
        "of the exponent, from the scatter about the law; null for under three budgets",
      ),
      count("budgets", "budgets in the law"),
      count("left_out", "budgets left out of the law"),
      number("r_squared", "weighted share of the spread of ln(quantity) that the law explains"),
      number(
        "scatter",
        "root mean square of the residuals, each divided by how far noise moves its budget relative to the others: about 1 if noise explains them",
      ),
      number(
        "scatter_probability",
        "probability that noise alone scatters them more; null for fewer than three budgets or without noise",
      ),
      count("draws", "draws that have a law"),
      text(
        "status",
        "`ok`; `over-scattered`, `under-scattered`: the probability is below 1 % or above 99 %, so the interval is too narrow or too wide; `few-draws`, `no-spread`, `no-draws`, `no-noise`, `few-budgets`",
      ),
      text("reason", "what is wrong, as a sentence; null if nothing is wrong"),
    ]),
  };
}

const runsIdentity: readonly ColumnOf<Pick<IsoflopIdentity, "family" | "subject">>[] = [
  text("family", "family of the runs; null for runs without one"),
  text("subject", "what the loss was measured on"),
];

const identity: readonly ColumnOf<IsoflopIdentity>[] = [
  ...runsIdentity,
  text("interpolation", "`powers`, `parabola`, `akima`", ({ interpolation }) => interpolation.name),
  number("window", "largest ratio of a size that is used to that of the lowest loss; null if all are used"),
];

/**
 * Warnings about an isoflop analysis, each with a count and the first example: runs left out because of their
 * loss, budgets that another tolerance would join, laws whose scatter the noise does not explain. Their rows have the reason too.
 */
export function isoflopWarnings(results: IsoflopResults): string[] {
  const budgets = ofFirst(results.budgets);
  const laws = ofFirst(results.laws).filter(({ quantity }) => quantity === "n");
  const atBudget = ({ c, reason }: Pick<BudgetResult, "c" | "reason">): string =>
    `c = ${formatNumber(Number(c.toPrecision(4)))}: ${reason}`;
  const isRefused = ({ leftOutReason }: BudgetResult) => / not above 0 /.test(leftOutReason ?? "");
  const isPart = ({ reason }: BudgetResult) => / --tolerance /.test(reason ?? "");
  const refused = budgets.map((budget) => ({ ...budget, reason: budget.leftOutReason }));
  return [
    ...tell(refused, "budget", "lack runs", isRefused, atBudget),
    ...tell(budgets, "budget", "follow a single run", ({ status }) => status === "outlier", atBudget),
    ...tell(budgets, "budget", "may be parts of one", isPart, atBudget),
    ...["over-scattered", "under-scattered"].flatMap((status) =>
      tell(
        laws,
        "law",
        `of the best size ${laws.length === 1 ? "is" : "are"} ${status}`,
        (law) => law.status === status,
        ({ scatter, reason }) => `scatter ${scatter.toPrecision(2)}: ${reason}`,
      ),
    ),
  ];
}

function tell<Result extends IsoflopIdentity>(
  results: readonly Result[],
  noun: string,
  what: string,
  isMeant: (result: Result) => boolean,
  describe: (result: Result) => string,
): string[] {
  const meant = results.filter(isMeant);
  return meant.slice(0, 1).map((first) => {
    const which = [first.family, first.subject, describe(first)].filter((name) => name !== null).join(", ");
    return `isoflop: ${meant.length} of ${countOf(results.length, noun)} ${what}, such as ${which}`;
  });
}

/** Results of the first setting and level; those of the others have the same reasons for the same runs. */
function ofFirst<Result extends IsoflopIdentity & { level: number }>(results: readonly Result[]): Result[] {
  const [first] = results;
  return results.filter(
    ({ interpolation, window, level }) =>
      interpolation === first?.interpolation && Object.is(window, first.window) && level === first.level,
  );
}
