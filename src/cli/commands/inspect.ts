import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import type { CommandModule } from "yargs";
import { UserError } from "../../errors.ts";
import { type ColumnMapping, parseColumns } from "../../tables/columns.ts";
import { formatInspection } from "../../tables/format-inspection.ts";
import { inspectTable } from "../../tables/inspect.ts";
import type { Inspection } from "../../tables/inspection.ts";
import { readCheckpointTable } from "../../tables/read-checkpoint-table.ts";
import { lastGiven, SEVERAL_PATHS } from "../several-paths.ts";

interface InspectArguments {
  tables: string[];
  columns: string | undefined;
  format: "text" | "json";
}

/** `lawfit inspect TABLE...`. */
export const inspectCommand: CommandModule<object, InspectArguments> = {
  command: "inspect <tables..>",
  describe: "say what a checkpoint table holds and what looks wrong in it",
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
        describe: "YAML file (a sweep file will do) whose `columns:` maps the table's own columns",
      })
      .option("format", {
        choices: ["text", "json"] as const,
        default: "text" as const,
        coerce: lastGiven<"text" | "json">,
        describe: "output",
      }),
  handler: async ({ tables, columns, format }) => {
    const inspection = await inspectFiles(tables, columns);
    process.stdout.write(
      format === "json" ? `${JSON.stringify(inspection, null, 2)}\n` : formatInspection(inspection),
    );
  },
};

/**
 * Reads and inspects a checkpoint table.
 *
 * @param tables files and globs
 * @param columnsFile YAML file whose `columns:` maps the table's own columns
 * @throws UserError for files and tables that are not valid
 */
export async function inspectFiles(tables: readonly string[], columnsFile?: string): Promise<Inspection> {
  const columns = columnsFile === undefined ? undefined : await readColumns(columnsFile);
  return inspectTable(await readCheckpointTable(tables, columns && { columns }));
}

async function readColumns(path: string): Promise<ColumnMapping> {
  const text = await readFile(path, "utf8").catch(() => {
    throw new UserError(`${path}: no such file`);
  });
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    throw new UserError(`${path}: not YAML: ${(error as Error).message.split("\n")[0]}`);
  }
  if (typeof document !== "object" || document === null || !("columns" in document)) {
    throw new UserError(`${path}: no key "columns" at its top level`);
  }
  return parseColumns(document.columns, `${path}: columns`);
}
