import { analyseBudgets } from "../isoflop/analyse.ts";
import { type IsoflopSpec, planIsoflop, withDefaults } from "../isoflop/spec.ts";
import { type IsoflopTables, isoflopTables, isoflopWarnings } from "../isoflop/tables.ts";
import { indexRuns } from "../methods/runs.ts";
import { checkSpec } from "../spec/spec.ts";
import type { CheckpointTable } from "../tables/checkpoint-table.ts";
import { definedOf, findingsInUse } from "../tables/inspect.ts";

/**
 * The isoflop analysis of a checkpoint table (docs/isoflop.md): for each family, subject and budget of FLOPs the model size of the
 * least loss, and the laws by which the best size and its tokens grow with the budget, with error bars.
 *
 * @param options keys of `isoflop:` in a sweep file, the seed of the noise (0 where it is not given), and a callback that is called
 * with a line for each kind of suspicious value in the rows that are used, and of results that cannot be taken as they are
 * @param where file and key, for messages
 * @throws UserError for invalid options, for a metric or subject that does not exist, and where no loss is above 0
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
  for (const { message } of definedOf(findingsInUse(table, index.used, { takesMixtures: false }))) {
    onWarning?.(`table: ${message}`);
  }
  const results = analyseBudgets(index, plan);
  for (const line of isoflopWarnings(results)) onWarning?.(line);
  return isoflopTables(results);
}
