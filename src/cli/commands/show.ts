import type { CommandModule } from "yargs";
import { formatOption, nameList, wholeNumber } from "../options.ts";

interface ShowArguments {
  run: string;
  table: string;
  format: "text" | "json" | "csv";
  where: string | undefined;
  columns: string[] | undefined;
  limit: number | undefined;
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
        describe: "columns to print, with commas",
        coerce: nameList("columns"),
      })
      .option("limit", {
        type: "string",
        requiresArg: true,
        describe: "rows to print at most",
        coerce: wholeNumber("limit", 0),
      }),
  handler: async ({ run, table, format, where, columns, limit }) => {
    const { queryJob } = await import("../../run/job-directory.ts");
    const { printFormatted } = await import("../output.ts");
    const { formatTable } = await import("../../tables/format.ts");
    const rows = await queryJob(run, table, {
      ...(where !== undefined && { where }),
      ...(columns && { columns }),
    });
    printFormatted(formatTable(rows, { format, ...(limit !== undefined && { maxRows: limit }) }), format);
  },
};
