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
      ...identity<BudgetResult>(),
      number("c", ({ c }) => c),
      count("measured", ({ measured }) => measured),
      count("sizes", ({ sizes }) => sizes),
      count("left_out", ({ leftOut }) => leftOut),
      text("left_out_reason", ({ leftOutReason }) => leftOutReason),
      number("lowest_n", ({ lowestN }) => lowestN),
      number("lowest_loss", ({ lowestLoss }) => lowestLoss),
      number("n", ({ n }) => n),
      number("d", ({ d }) => d),
      number("loss", ({ loss }) => loss),
      text("d_from", ({ dFrom }) => dFrom),
      number("level", ({ level }) => level),
      ...ends<BudgetResult>("n_", ({ nEnds }) => nEnds),
      ...ends<BudgetResult>("d_", ({ dEnds }) => dEnds),
      ...ends<BudgetResult>("loss_", ({ lossEnds }) => lossEnds),
      number("noise", ({ noise }) => noise),
      text("noise_from", ({ noiseFrom }) => noiseFrom),
      number("noise_freedom", ({ noiseFreedom }) => noiseFreedom),
      number("spread", ({ spread }) => spread),
      number("edge_share", ({ edgeShare }) => edgeShare),
      number("lost_share", ({ lostShare }) => lostShare),
      text("status", ({ status }) => status),
      text("reason", ({ reason }) => reason),
    ]),
    isoflop_points: tableOf<BudgetPoint>(points, [
      text("family", ({ family }) => family),
      text("subject", ({ subject }) => subject),
      number("c", ({ c }) => c),
      text("run", ({ run }) => run),
      number("n", ({ n }) => n),
      number("d", ({ d }) => d),
      number("loss", ({ loss }) => loss),
    ]),
    isoflop_laws: tableOf<LawResult>(laws, [
      ...identity<LawResult>(),
      text("quantity", ({ quantity }) => quantity),
      number("exponent", ({ exponent }) => exponent),
      number("coefficient", ({ coefficient }) => coefficient),
      number("level", ({ level }) => level),
      ...ends<LawResult>("exponent_", ({ exponentEnds }) => exponentEnds),
      ...ends<LawResult>("coefficient_", ({ coefficientEnds }) => coefficientEnds),
      number("standard_error", ({ standardError }) => standardError),
      count("budgets", ({ budgets }) => budgets),
      count("left_out", ({ leftOut }) => leftOut),
      number("r_squared", ({ rSquared }) => rSquared),
      number("scatter", ({ scatter }) => scatter),
      number("scatter_probability", (law) => law.scatterProbability),
      count("draws", ({ draws }) => draws),
      text("status", ({ status }) => status),
      text("reason", ({ reason }) => reason),
    ]),
  };
}

function identity<Row extends IsoflopIdentity>(): ColumnOf<Row>[] {
  return [
    text("family", ({ family }) => family),
    text("subject", ({ subject }) => subject),
    text("interpolation", ({ interpolation }) => interpolation.name),
    number("window", ({ window }) => window),
  ];
}

/**
 * Lines on numbers of an isoflop analysis that cannot be taken as they are, each with how many and the first: runs left out for their
 * loss, budgets that another tolerance would join, laws whose budgets scatter as the noise does not lead to. Their rows have the reason too.
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
