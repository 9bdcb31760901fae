import { analyseBudgets } from "../isoflop/analyse.ts";
import { planIsoflop } from "../isoflop/plan.ts";
import type {
  BudgetPoint,
  BudgetResult,
  Ends,
  IsoflopIdentity,
  IsoflopResults,
  LawResult,
} from "../isoflop/results.ts";
import { type IsoflopSpec, withDefaults } from "../isoflop/spec.ts";
import { indexRuns } from "../methods/runs.ts";
import type { CheckpointTable } from "../tables/checkpoint-table.ts";
import { findingsInUse } from "../tables/inspect.ts";
import type { IsoflopTables } from "./result-tables.ts";
import { checkSpec } from "./spec.ts";
import { type ColumnOf, tableOf } from "./table-of.ts";

/**
 * The isoflop analysis of a checkpoint table (docs/isoflop.md): for each family, subject and budget of FLOPs the model size of the
 * least loss, and the laws by which the best size and its tokens grow with the budget, with error bars.
 *
 * @param options keys of `isoflop:` in a sweep file, the seed of the noise (0 where it is not given), and what is told what looks wrong
 * in the rows that are used, a line each kind
 * @param where for messages
 * @throws UserError for options that will not do, a metric or subject that is not there, and where no loss is above 0
 */
export function isoflop(
  table: CheckpointTable,
  options: IsoflopSpec & { seed?: number | undefined; onWarning?: (line: string) => void } = {},
  where = "isoflop",
): IsoflopTables {
  const { seed: givenSeed, onWarning, ...given } = options;
  const { isoflop: checked = {}, seed = 0 } = checkSpec({ isoflop: given, seed: givenSeed }, where);
  const index = indexRuns(table);
  const plan = planIsoflop(withDefaults(checked), index, { seed }, `${where}: isoflop`);
  for (const { message } of findingsInUse(table, index.used, { takesMixtures: false })) {
    onWarning?.(`table: ${message}`);
  }
  return isoflopTables(analyseBudgets(index, plan));
}

/** Tables `isoflop`, the best size of each budget, `isoflop_points`, what it is of, and `isoflop_laws`, how it grows. */
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

function number<Row>(name: string, value: (row: Row) => number): ColumnOf<Row> {
  return { name, type: "float64", value };
}

function count<Row>(name: string, value: (row: Row) => number): ColumnOf<Row> {
  return { name, type: "int64", value };
}

function text<Row>(name: string, value: (row: Row) => string | null): ColumnOf<Row> {
  return { name, type: "string", value };
}

function ends<Row>(prefix: string, of: (row: Row) => Ends): ColumnOf<Row>[] {
  return [number(`${prefix}lower`, (row) => of(row).lower), number(`${prefix}upper`, (row) => of(row).upper)];
}
