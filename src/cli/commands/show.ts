import type { CommandModule } from "yargs";
import { nameList, numberOption, tableFormatOption, textOption, wholeNumber } from "../options.ts";

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
      .option("format", tableFormatOption)
      .option("where", {
        ...textOption,
        describe: "SQL predicate on the columns: \"task = 'piqa_val' AND abs_error < 0.05\"",
      })
      .option("columns", {
        ...textOption,
        describe: "columns to print, with commas",
        coerce: nameList("columns"),
      })
      .option("limit", {
        ...numberOption,
        describe: "largest number of rows to print",
        coerce: wholeNumber("limit", 0),
      })
      .example("$0 run", "the predictions")
      .example(
        `$0 run fits --where "task = 'piqa_val'" --columns stage,objective --format csv`,
        "a part of a table",
      ),
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
