import type { CommandModule } from "yargs";
import {
  nameList,
  numberOption,
  REPEATABLE,
  tableFormatOption,
  textOption,
  wholeNumber,
} from "../options.ts";
import type { ShowOptions } from "../show-table.ts";

interface ShowArguments extends ShowOptions {
  run: string;
  table: string | undefined;
}

/** `lawfit show RUN TABLE`. */
export const showCommand: CommandModule<object, ShowArguments> = {
  builder: (yargs) =>
    yargs
      .positional("run", { type: "string", demandOption: true, describe: "run directory" })
      .positional("table", {
        type: "string",
        describe:
          "predictions, laws, parameters, configurations, choices, axis_importance, curves, variance, fits, ... (docs/results.md)  [default: predictions; of fits without any, laws and parameters]",
      })
      .option("format", tableFormatOption)
      .option("where", {
        ...textOption,
        describe: "SQL predicate on the columns: \"task = 'piqa_val' AND abs_error < 0.05\"",
      })
      .option("columns", {
        ...textOption,
        describe: `columns to print, with commas; ${REPEATABLE}  [default: as text those that answer, otherwise all]`,
        coerce: nameList("columns"),
      })
      .option("all", { type: "boolean", describe: "print all columns as text" })
      .conflicts("all", "columns")
      .option("limit", {
        ...numberOption,
        describe: "largest number of rows to print",
        coerce: wholeNumber("limit", 0),
      })
      .example("$0 run", "the predictions")
      .example(`$0 run fits --where "task = 'piqa_val'"`, "rows of another table"),
  handler: async ({ run, table, ...options }) => {
    const { printFormatted } = await import("../output.ts");
    const { showAnswer, showTable } = await import("../show-table.ts");
    const text = await (table === undefined ? showAnswer(run, options) : showTable(run, table, options));
    printFormatted(text, options.format);
  },
};
