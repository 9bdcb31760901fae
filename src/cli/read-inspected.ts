import { UserError } from "../errors.ts";
import type { CheckpointTable } from "../tables/checkpoint-table.ts";
import { parseColumns } from "../tables/columns.ts";
import type { Decimal } from "../tables/csv.ts";
import type { Guess } from "../tables/guess/guess.ts";
import type { UnsureColumns } from "../tables/guess/sure-guess.ts";
import { readCheckpointTable } from "../tables/to-checkpoint-table.ts";
import { readLayout } from "./read-layout.ts";

/**
 * Reads a checkpoint table, by a guess of its columns where it has others than the schema, even if that is not sure.
 *
 * @param tables files, folders and globs
 * @param layoutFile YAML file whose `columns:` maps the table's own columns, and `decimal:`
 * @param decimal decimal separator of CSV files
 * @param onGuess called with the guess as text, before the table is read by it
 * @throws UserError for files and tables that are not valid
 */
export async function readInspected(
  tables: readonly string[],
  layoutFile?: string,
  decimal?: Decimal,
  onGuess: (block: string) => void = () => {},
): Promise<{ table: CheckpointTable; guess: Guess | undefined }> {
  const layout = layoutFile === undefined ? {} : await readLayout(layoutFile);
  const options = { ...layout, ...(decimal && { decimal }) };
  try {
    const table = await readCheckpointTable(tables, options);
    if (table.guessed === undefined) return { table, guess: undefined };
    const { text: _, ...guess } = table.guessed;
    const { formatBlock } = await import("../tables/guess/block.ts");
    onGuess(
      `A sweep reads this table by a guess of its columns, which a sweep file can say:\n\n${formatBlock(guess)}`,
    );
    return { table, guess };
  } catch (error) {
    // Only where a column is missing is the code for guesses loaded.
    if (!(error instanceof UserError && "guess" in error)) throw error;
    const guess = error.guess as Guess;
    const { formatBlock, formatDoubts } = await import("../tables/guess/block.ts");
    onGuess(
      `A guess of the columns that are missing, for a sweep file; to be checked:\n\n${formatBlock(guess)}`,
    );
    const columns = { ...parseColumns(guess.columns), ...layout.columns };
    const table = await readCheckpointTable(tables, { ...options, columns }).catch((again: unknown) => {
      if (!(again instanceof UserError && "guess" in again)) throw again;
      const doubts = formatDoubts(guess);
      throw new UserError(
        `${(again as UnsureColumns).problem}${doubts && `; unsure: ${doubts}`}; say what holds it under columns: of a file for --layout (docs/tables.md)`,
      );
    });
    return { table, guess };
  }
}
