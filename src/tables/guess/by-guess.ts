import { UserError } from "../../errors.ts";
import { shellWord } from "../../text.ts";
import type { ColumnMapping, ColumnMappingInput } from "../columns.ts";
import type { SourcedTable } from "../table.ts";
import { formatDoubts, formatMapping } from "./block.ts";
import { guessColumns, withoutGiven } from "./guess.ts";

/**
 * The mapping by which a table is read that lacks columns, and the guess in words.
 *
 * @param problem the message on the column that is missing
 * @param given the user's mapping; a guess never takes its place
 * @throws UserError with the problem and the guess, where a mapping is given or the guess is not sure
 */
export function byGuess(
  problem: string,
  table: SourcedTable,
  paths: readonly string[],
  given: ColumnMapping | undefined,
): { mapping: ColumnMappingInput; words: string } {
  const guess = withoutGiven(guessColumns(table), given ?? {});
  const mapping = formatMapping(guess.columns);
  const doubts = formatDoubts(guess);
  if (given === undefined && doubts === "") {
    const notes = guess.remarks.map(({ text }) => text);
    return { mapping: guess.columns, words: [mapping, ...notes].join("; ") };
  }
  const unsure = doubts === "" ? "" : `; unsure: ${doubts}`;
  const said =
    mapping === "" ? "no column is named as those of a checkpoint table" : `a guess is columns: {${mapping}}`;
  throw new UserError(
    `${problem}; ${said}${unsure}; lawfit inspect ${paths.map(shellWord).join(" ")} prints it, ready for a sweep file`,
  );
}
