import type { CommandModule } from "yargs";
import { formatOption, nameList, wholeNumber } from "../options.ts";
import type { ShowOptions } from "../show-table.ts";

interface ShowArguments extends ShowOptions {
  run: string;
  table: string;
}

/** `lawfit show RUN TABLE`. */
export const showCommand: CommandModule<object, ShowArguments> = {
  builder: (yargs) =>
    yargs
      .positional("run", { type: "string", demandOption: true, describe: "run directory" })
      .positional("table", {
        type: "string",
        default: "predictions",
        describe:
          "predictions, configurations, choices, axis_importance, curves, variance, fits, ... (docs/results.md)",
      })
      .option("format", formatOption)
      .option("where", {
        type: "string",
        requiresArg: true,
        describe: "SQL predicate on the columns: \"task = 'piqa_val' AND abs_error < 0.05\"",
      })
      .option("columns", {
        type: "string",
        requiresArg: true,
        describe: "columns to print, with commas  [default: as text those that answer, otherwise all]",
        coerce: nameList("columns"),
      })
      .option("all", { type: "boolean", describe: "print all columns as text" })
      .conflicts("all", "columns")
      .option("limit", {
        type: "string",
        requiresArg: true,
        describe: "rows to print at most",
        coerce: wholeNumber("limit", 0),
      }),
  handler: async ({ run, table, ...options }) => {
    const { printFormatted } = await import("../output.ts");
    const { showTable } = await import("../show-table.ts");
    printFormatted(await showTable(run, table, options), options.format);
  },
};
