import { UserError } from "../errors.ts";
import { didYouMean } from "../tables/nearest.ts";
import { type QueryOptions, queryTable } from "../tables/query.ts";
import type { Table } from "../tables/table.ts";
import { readWhole, resultPath } from "./run-directory.ts";

/**
 * Reads the rows of a table of a run directory that a predicate holds for.
 *
 * @param name of a result table, as in `docs/results.md`
 * @throws UserError where there is no such run directory, table or column, and for a predicate that is not SQL
 */
export async function queryRun(directory: string, name: string, options: QueryOptions = {}): Promise<Table> {
  return readWhole(directory, async ({ results }) => {
    const names = Object.keys(results);
    if (!names.includes(name)) {
      throw new UserError(
        `${directory}: no table ${JSON.stringify(name)}; allowed: ${names.join(", ")}${didYouMean(name, names)}`,
      );
    }
    return queryTable(await resultPath(directory, name), options);
  });
}
