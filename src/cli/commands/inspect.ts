import type { CommandModule } from "yargs";
import { UserError } from "../../errors.ts";
import type { CheckpointTable } from "../../tables/checkpoint-table.ts";
import { parseColumns } from "../../tables/columns.ts";
import type { Decimal } from "../../tables/csv.ts";
import type { Guess } from "../../tables/guess/guess.ts";
import type { UnsureColumns } from "../../tables/guess/sure-guess.ts";
import { inspectTable } from "../../tables/inspect.ts";
import { formatInspection } from "../../tables/inspection.ts";
import { readCheckpointTable } from "../../tables/to-checkpoint-table.ts";
import { demandWritable } from "../../tables/write.ts";
import { shellWord } from "../../text.ts";
import { writeSweepFile } from "../new-sweep-file.ts";
import { formatOption, layoutOption, switchOption, textOption } from "../options.ts";
import { printFormatted, printText } from "../output.ts";
import { readLayout } from "../read-layout.ts";

interface InspectArguments {
  tables: string[];
  layout: string | undefined;
  decimal: Decimal | undefined;
  format: "text" | "json";
  write: string | undefined;
  force: boolean;
}

/** `lawfit inspect TABLE...`. */
export const inspectCommand: CommandModule<object, InspectArguments> = {
  builder: (yargs) =>
    yargs
      .positional("tables", {
        type: "string",
        array: true,
        demandOption: true,
        describe: "table files, folders or globs: Parquet, CSV, JSON lines, Arrow",
      })
      .option("layout", { ...layoutOption })
      .option("decimal", {
        choices: [".", ","] as const,
        requiresArg: true,
        describe: 'decimal separator of numbers in CSV files: "." or ","  [default: "."]',
      })
      .option("format", {
        ...formatOption(["text", "json"], "text for people; json with all findings"),
      })
      .option("write", {
        ...textOption,
        describe: "sweep file to write for the table, with its columns",
      })
      .option("force", { ...switchOption, describe: "replace existing files" })
      .example("$0 ladder.parquet", "what the table holds and what looks wrong in it")
      .example(
        '$0 "runs/*.csv" --write sweep.yaml',
        "columns of tables of your own, guessed, and a sweep file with them",
      ),
  handler: async ({ tables, layout: layoutFile, decimal, format, write, force }) => {
    if (write !== undefined) await demandWritable(write, force, "another --write");
    const { table, guess } = await readInspected(tables, layoutFile, decimal, (block) => {
      if (format === "text") printText(`${block}\n`);
    });
    const inspection = inspectTable(table);
    if (format === "json") {
      printFormatted(`${JSON.stringify({ ...inspection, ...(guess && { guess }) }, null, 2)}\n`, format);
    } else printText(formatInspection(inspection));
    if (write === undefined) return;
    const layout = layoutFile === undefined ? {} : await readLayout(layoutFile);
    const isSure = await writeSweepFile(write, {
      paths: tables,
      table,
      guess,
      ...layout,
      ...(decimal && { decimal }),
    });
    if (format !== "text") return;
    const toDo = isSure ? "" : "its columns are comments, as some are unsure: make them right, then ";
    printText(`wrote ${write}: ${toDo}lawfit sweep ${shellWord(write)}\n`);
  },
};

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
    const { formatBlock } = await import("../../tables/guess/block.ts");
    onGuess(
      `A sweep reads this table by a guess of its columns, which a sweep file can say:\n\n${formatBlock(guess)}`,
    );
    return { table, guess };
  } catch (error) {
    // Only where a column is missing is the code for guesses loaded.
    if (!(error instanceof UserError && "guess" in error)) throw error;
    const guess = error.guess as Guess;
    const { formatBlock, formatDoubts } = await import("../../tables/guess/block.ts");
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
