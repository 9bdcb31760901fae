import { shortened, UserError } from "../errors.ts";
import { runColumns } from "../methods/run-columns.ts";
import { ALL_RUNS, type RunSelections } from "../methods/runs.ts";
import { texts } from "../tables/cells.ts";
import type { CheckpointTable } from "../tables/checkpoint-table.ts";
import { duckdbMessage, insertTable, withDuckDB } from "../tables/sql/duckdb.ts";
import { confine, readWhere } from "../tables/sql/user-sql.ts";

/**
 * Finds the fit runs that each predicate of axis `runs` holds for.
 *
 * @param predicates SQL predicates on the columns of `runColumns`, in DuckDB's dialect, or `all`
 * @param where the sweep, for messages
 * @throws UserError for a predicate that DuckDB does not take, with its message and the columns
 */
export async function selectRuns(
  table: CheckpointTable,
  predicates: Iterable<string>,
  where: string,
): Promise<RunSelections> {
  const asked = new Set(predicates);
  asked.delete(ALL_RUNS);
  if (asked.size === 0) return new Map();
  const runs = runColumns(table);
  return withDuckDB(async (connection) => {
    const from = `${await insertTable(connection, runs, "runs")} AS runs`;
    await confine(connection);
    const selections = new Map<string, ReadonlySet<string>>();
    for (const predicate of asked) {
      try {
        const read = await readWhere(connection, { predicate, columns: ["run"], from, table: "runs" });
        selections.set(predicate, new Set(texts(read.columns[0]!).map(String)));
      } catch (error) {
        const columns = runs.columns.map(({ name }) => name).join(", ");
        throw new UserError(
          `${where}: axes.runs: ${JSON.stringify(shortened(predicate))}: ${duckdbMessage(error)}; allowed: all, or an SQL ` +
            `predicate on the columns ${columns}`,
        );
      }
    }
    return selections;
  });
}
