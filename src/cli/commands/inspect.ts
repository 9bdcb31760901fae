import type { CommandModule } from "yargs";
import type { Decimal } from "../../tables/csv.ts";
import { formatOption, layoutOption, switchOption, textOption } from "../options.ts";
import { printFormatted, printText } from "../output.ts";

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
    const { readInspected } = await import("../read-inspected.ts");
    const { inspectTable } = await import("../../tables/inspect.ts");
    const { formatInspection } = await import("../../tables/inspection.ts");
    const { demandWritable } = await import("../../tables/write.ts");
    if (write !== undefined) await demandWritable(write, force, "another --write");
    const { table, guess } = await readInspected(tables, layoutFile, decimal, (block) => {
      if (format === "text") printText(`${block}\n`);
    });
    const inspection = inspectTable(table);
    if (format === "json") {
      printFormatted(`${JSON.stringify({ ...inspection, ...(guess && { guess }) }, null, 2)}\n`, format);
    } else printText(formatInspection(inspection));
    if (write === undefined) return;
    const { readLayout } = await import("../read-layout.ts");
    const { writeSweepFile } = await import("../new-sweep-file.ts");
    const { shellWord } = await import("../../text.ts");
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
