import type { CommandModule } from "yargs";
import type { Decimal } from "../../tables/csv.ts";
import { inspectTable } from "../../tables/inspect.ts";
import { formatInspection, type Inspection } from "../../tables/inspection.ts";
import { readCheckpointTable } from "../../tables/to-checkpoint-table.ts";
import { lastGiven, SEVERAL_PATHS } from "../options.ts";
import { printFormatted } from "../output.ts";
import { readLayout } from "../read-layout.ts";

interface InspectArguments {
  tables: string[];
  columns: string | undefined;
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
      }),
  handler: async ({ tables, columns, decimal, format }) => {
    const inspection = await inspectFiles(tables, columns, decimal);
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
 * @param columnsFile YAML file whose `columns:` maps the table's own columns, and `decimal:`
 * @param decimal decimal separator of CSV files
 * @throws UserError for files and tables that are not valid
 */
export async function inspectFiles(
  tables: readonly string[],
  columnsFile?: string,
  decimal?: Decimal,
): Promise<Inspection> {
  const layout = columnsFile === undefined ? {} : await readLayout(columnsFile);
  return inspectTable(await readCheckpointTable(tables, { ...layout, ...(decimal && { decimal }) }));
}
