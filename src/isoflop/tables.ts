import { cell, findColumn, type Table } from "../tables/table.ts";
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

type Row = (name: string) => string | number | boolean | null;

/**
 * Warnings about an isoflop analysis, each with a count and the first example: runs left out because of their
 * loss, budgets that another tolerance would join, laws whose scatter the noise does not explain. Their rows have the reason too.
 */
export function isoflopWarnings({
  isoflop,
  isoflop_laws,
}: Pick<IsoflopTables, "isoflop" | "isoflop_laws">): string[] {
  const budgets = rowsOf(isoflop);
  const laws = rowsOf(isoflop_laws).filter((row) => row("quantity") === "n");
  const refused = budgets.filter((row) => / not above 0 /.test(String(row("left_out_reason"))));
  const outliers = budgets.filter((row) => row("status") === "outlier");
  const joined = budgets.filter((row) => / --tolerance /.test(String(row("reason"))));
  return [
    ...tell(refused, countOf(budgets.length, "budget"), "lack runs", "left_out_reason"),
    ...tell(outliers, countOf(budgets.length, "budget"), "follow a single run", "reason"),
    ...tell(joined, countOf(budgets.length, "budget"), "may be parts of one", "reason"),
    ...["over-scattered", "under-scattered"].flatMap((status) =>
      tell(
        laws.filter((row) => row("status") === status),
        countOf(laws.length, "law"),
        `of the best size ${laws.length === 1 ? "is" : "are"} ${status}`,
        "reason",
      ),
    ),
  ];
}

function tell(rows: readonly Row[], of: string, what: string, reason: string): string[] {
  const [first] = rows;
  if (first === undefined) return [];
  const budget = first("c");
  const scatter = first("scatter");
  const which = [
    first("family"),
    first("subject"),
    typeof budget === "number" ? `c = ${formatNumber(Number(budget.toPrecision(4)))}` : null,
    typeof scatter === "number" ? `scatter ${scatter.toPrecision(2)}` : null,
  ];
  return [
    `isoflop: ${rows.length} of ${of} ${what}, such as ${which.filter((name) => name !== null).join(", ")}: ${first(reason)}`,
  ];
}

/** Rows of the first setting and level; rows of the others have the same reasons for the same runs. */
function rowsOf(table: Table): Row[] {
  const rows = Array.from(
    { length: table.rows },
    (_, row): Row =>
      (name) => {
        const column = findColumn(table, name);
        return column === undefined ? null : cell(column, row);
      },
  );
  const [first] = rows;
  return rows.filter((row) =>
    ["interpolation", "window", "level"].every((name) => row(name) === first!(name)),
  );
}
