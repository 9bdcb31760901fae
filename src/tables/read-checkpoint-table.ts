import type { CheckpointTable } from "./checkpoint-table.ts";
import type { ColumnMapping } from "./columns.ts";
import { readTable } from "./read.ts";
import { textColumns, toCheckpointTable } from "./to-checkpoint-table.ts";

/**
 * Reads and checks a checkpoint table from files of any kind that `readTable` reads.
 *
 * @param paths files and globs
 * @throws UserError as `readTable` and `toCheckpointTable` do
 */
export async function readCheckpointTable(
  paths: string | readonly string[],
  options: { columns?: ColumnMapping } = {},
): Promise<CheckpointTable> {
  const table = await readTable(paths, { text: textColumns(options.columns) });
  const source = typeof paths === "string" ? paths : paths.join(", ");
  return toCheckpointTable(table, source, options);
}
