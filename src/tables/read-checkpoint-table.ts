import type { CheckpointTable } from "./checkpoint-table.ts";
import { type ColumnMapping, expressionsOf } from "./columns.ts";
import type { Decimal } from "./csv-dialect.ts";
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
  options: { columns?: ColumnMapping; decimal?: Decimal } = {},
): Promise<CheckpointTable> {
  const { columns = {}, decimal } = options;
  const source = typeof paths === "string" ? paths : paths.join(", ");
  const table = await readTable(paths, {
    text: textColumns(columns),
    computed: expressionsOf(columns),
    ...(decimal && { decimal }),
  });
  return toCheckpointTable(table, source, options);
}
