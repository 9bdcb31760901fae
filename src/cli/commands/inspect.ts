import type { CommandModule } from "yargs";
import type { Decimal } from "../../tables/csv.ts";
import { inspectTable } from "../../tables/inspect.ts";
import { formatInspection, type Inspection } from "../../tables/inspection.ts";
import { readCheckpointTable } from "../../tables/to-checkpoint-table.ts";
import { formatOption, lastGiven, layoutOption, SEVERAL_PATHS } from "../options.ts";
import { printFormatted } from "../output.ts";
import { readLayout } from "../read-layout.ts";

interface InspectArguments {
  tables: string[];
  layout: string | undefined;
  decimal: Decimal | undefined;
  format: "text" | "json";
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
        describe: "table files or globs: Parquet, CSV, JSON lines, Arrow",
      })
      .option("layout", { ...layoutOption, coerce: lastGiven<string> })
      .option("decimal", {
        choices: [".", ","] as const,
        coerce: lastGiven<Decimal>,
        describe: 'decimal separator of numbers in CSV files: "." or ","  [default: "."]',
      })
      .option("format", {
        ...formatOption(["text", "json"], "text for people; json with all findings"),
        coerce: lastGiven<"text" | "json">,
      })
      .example("$0 ladder.parquet", "what the table holds and what looks wrong in it")
      .example(
        '$0 "runs/*.csv" --layout sweep.yaml',
        "tables of your own layout, mapped by columns: of sweep.yaml",
      ),
  handler: async ({ tables, layout, decimal, format }) => {
    const inspection = await inspectFiles(tables, layout, decimal);
    printFormatted(
      format === "json" ? `${JSON.stringify(inspection, null, 2)}\n` : formatInspection(inspection),
      format,
    );
  },
};

/**
 * Reads and inspects a checkpoint table.
 *
 * @param tables files and globs
 * @param layoutFile YAML file whose `columns:` maps the table's own columns, and `decimal:`
 * @param decimal decimal separator of CSV files
 * @throws UserError for files and tables that are not valid
 */
export async function inspectFiles(
  tables: readonly string[],
  layoutFile?: string,
  decimal?: Decimal,
): Promise<Inspection> {
  const layout = layoutFile === undefined ? {} : await readLayout(layoutFile);
  return inspectTable(await readCheckpointTable(tables, { ...layout, ...(decimal && { decimal }) }));
}
