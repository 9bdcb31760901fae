import { UserError } from "../../errors.ts";
import { shellWord } from "../../text.ts";
import type { ColumnMapping } from "../columns.ts";
import type { SourcedTable } from "../table.ts";
import { formatDoubts, formatMapping } from "./block.ts";
import { type Guess, guessColumns, withoutGiven } from "./guess.ts";

/** A table lacks columns, and there is no guess that it could be read by without asking. */
export class UnsureColumns extends UserError {
  /** Which column is missing. */
  readonly problem: string;
  /** What is guessed of the columns that the user's mapping leaves open. */
  readonly guess: Guess;

  constructor(problem: string, end: string, guess: Guess) {
    super(`${problem}; ${end}`);
    this.problem = problem;
    this.guess = guess;
  }
}

/**
 * The guess by which a table is read that lacks columns, in words too.
 *
 * @param problem the message on the column that is missing
 * @param given the user's mapping; a guess never takes its place
 * @throws UnsureColumns with the problem and the guess, where a mapping is given or the guess is not sure
 */
export function sureGuess(
  problem: string,
  table: SourcedTable,
  paths: readonly string[],
  given: ColumnMapping | undefined,
): Guess & { text: string } {
  const guess = withoutGiven(guessColumns(table), given ?? {});
  const mapping = formatMapping(guess.columns);
  const doubts = formatDoubts(guess);
  if (given === undefined && doubts === "") {
    return { ...guess, text: [mapping, ...guess.remarks.map(({ text }) => text)].join("; ") };
  }
  const unsure = doubts === "" ? "" : `, unsure: ${doubts}`;
  const said =
    mapping === ""
      ? `no other column has a name that is known${unsure}`
      : `a guess is columns: {${mapping}}${unsure}; lawfit inspect ${paths.map(shellWord).join(" ")} prints it, ready for a sweep file`;
  throw new UnsureColumns(problem, said, guess);
}
