import type { CommandModule } from "yargs";
import { UserError } from "../../errors.ts";
import type { CheckpointTable } from "../../tables/checkpoint-table.ts";
import { parseColumns } from "../../tables/columns.ts";
import type { Decimal } from "../../tables/csv.ts";
import type { Guess } from "../../tables/guess/guess.ts";
import { inspectTable } from "../../tables/inspect.ts";
import { formatInspection } from "../../tables/inspection.ts";
import { readCheckpointTable } from "../../tables/to-checkpoint-table.ts";
import { demandWritable } from "../../tables/write.ts";
import { shellWord } from "../../text.ts";
import { writeSweepFile } from "../new-sweep-file.ts";
import { lastGiven, SEVERAL_PATHS } from "../options.ts";
import { printFormatted, printText } from "../output.ts";
import { readLayout } from "../read-layout.ts";

interface InspectArguments {
  tables: string[];
  columns: string | undefined;
  decimal: Decimal | undefined;
  format: "text" | "json";
  write: string | undefined;
  force: boolean;
}

/** `lawfit inspect TABLE...`. */
export const inspectCommand: CommandModule<object, InspectArguments> = {
  builder: (yargs) =>
    yargs
      .parserConfiguration(SEVERAL_PATHS)
      .positional("tables", {
        type: "string",
        array: true,
        demandOption: true,
        describe: "table files, folders or globs: Parquet, CSV, JSON lines, Arrow",
      })
      .option("columns", {
        type: "string",
        requiresArg: true,
        coerce: lastGiven<string>,
        describe:
          "YAML file (a sweep file will do) whose `columns:` maps the table's own columns, and `decimal:`",
      })
      .option("decimal", {
        choices: [".", ","] as const,
        coerce: lastGiven<Decimal>,
        describe: "what stands before the decimals of numbers in CSV files  [default: .]",
      })
      .option("format", {
        choices: ["text", "json"] as const,
        default: "text" as const,
        coerce: lastGiven<"text" | "json">,
        describe: "output",
      })
      .option("write", {
        type: "string",
        requiresArg: true,
        coerce: lastGiven<string>,
        describe: "sweep file to write for the table, with its columns",
      })
      .option("force", { type: "boolean", default: false, describe: "replace an existing sweep file" }),
  handler: async ({ tables, columns, decimal, format, write, force }) => {
    if (write !== undefined) await demandWritable(write, force);
    const { table, guess } = await readInspected(tables, columns, decimal, (block) => {
      if (format === "text") printText(`${block}\n`);
    });
    const inspection = inspectTable(table);
    if (format === "json") {
      printFormatted(`${JSON.stringify({ ...inspection, ...(guess && { guess }) }, null, 2)}\n`, format);
    } else printText(formatInspection(inspection));
    if (write === undefined) return;
    const layout = columns === undefined ? {} : await readLayout(columns);
    await writeSweepFile(write, { paths: tables, table, guess, ...layout, ...(decimal && { decimal }) });
    if (format === "text") printText(`wrote ${write}: lawfit sweep ${shellWord(write)}\n`);
  },
};

/**
 * Reads a checkpoint table, by a guess of its columns where it has others than the schema, even if that is not sure.
 *
 * @param tables files, folders and globs
 * @param columnsFile YAML file whose `columns:` maps the table's own columns, and `decimal:`
 * @param decimal decimal separator of CSV files
 * @param onGuess called with the guess as text, before the table is read by it
 * @throws UserError for files and tables that are not valid
 */
export async function readInspected(
  tables: readonly string[],
  columnsFile?: string,
  decimal?: Decimal,
  onGuess: (block: string) => void = () => {},
): Promise<{ table: CheckpointTable; guess: Guess | undefined }> {
  const layout = columnsFile === undefined ? {} : await readLayout(columnsFile);
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
    const { formatBlock } = await import("../../tables/guess/block.ts");
    onGuess(
      `A guess of the columns that are missing, for a sweep file; to be checked:\n\n${formatBlock(guess)}`,
    );
    const columns = { ...parseColumns(guess.columns), ...layout.columns };
    return { table: await readCheckpointTable(tables, { ...options, columns }), guess };
  }
}
