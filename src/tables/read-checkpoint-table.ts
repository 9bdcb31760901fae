import type { CheckpointTable } from "./checkpoint-table.ts";
import type { ColumnMapping } from "./columns.ts";
import { computeColumns } from "./computed-columns.ts";
import { readTable } from "./read.ts";
import { textColumns, toCheckpointTable } from "./to-checkpoint-table.ts";

/**
 * Reads and checks a checkpoint table from files of any kind that `readTable` reads.
 *
 * @param paths files and globs
 * @throws UserError as `readTable`, `computeColumns` and `toCheckpointTable` do
 */
export async function readCheckpointTable(
  paths: string | readonly string[],
  options: { columns?: ColumnMapping } = {},
): Promise<CheckpointTable> {
  const { columns = {} } = options;
  const source = typeof paths === "string" ? paths : paths.join(", ");
  const table = await readTable(paths, { text: textColumns(columns) });
  return toCheckpointTable(await computeColumns(table, columns, source), source, options);
}
