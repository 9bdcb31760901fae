import type { CommandModule } from "yargs";
import type { PrintedIsoflop } from "../../isoflop/summary.ts";
import type { Decimal } from "../../tables/csv.ts";
import type { TextFormat } from "../../tables/format.ts";
import { decimalNumber, nameList, numberList, wholeNumber } from "../options.ts";
import type { OwnLayout } from "../read-layout.ts";

interface IsoflopArguments {
  table: string;
  out: string | undefined;
  columns: string | undefined;
  decimal: Decimal | undefined;
  format: TextFormat;
  print: PrintedIsoflop | undefined;
  force: boolean;
  metric: string | undefined;
  subjects: string[] | undefined;
  interpolation: string[] | undefined;
  window: number[] | undefined;
  noise: number | undefined;
  draws: number | undefined;
  level: number[] | undefined;
  tolerance: number | undefined;
  seed: number | undefined;
}

/** `lawfit isoflop TABLE`. */
export const isoflopCommand: CommandModule<object, IsoflopArguments> = {
  command: "isoflop <table>",
  describe: "the best model size of each budget of FLOPs and how it grows, with error bars",
  builder: (yargs) =>
    yargs
      .positional("table", {
        type: "string",
        demandOption: true,
        describe: "checkpoint table: a file or a glob",
      })
      .option("out", {
        type: "string",
        requiresArg: true,
        describe: "file to write (.parquet, .arrow, .csv); the laws go beside it, with _laws in the name",
      })
      .option("columns", {
        type: "string",
        requiresArg: true,
        describe:
          "YAML file (a sweep file will do) whose `columns:` maps the table's own columns, and `decimal:`",
      })
      .option("decimal", {
        choices: [".", ","] as const,
        describe: "what stands before the decimals of numbers in CSV files  [default: .]",
      })
      .option("metric", {
        type: "string",
        requiresArg: true,
        describe: "what is to be least  [default: loss]",
      })
      .option("subjects", {
        type: "string",
        requiresArg: true,
        describe: "subjects, with commas  [default: the validation domains, else all]",
        coerce: nameList("subjects"),
      })
      .option("interpolation", {
        type: "string",
        requiresArg: true,
        describe: "powers, parabola, akima, with commas  [default: powers]",
        coerce: nameList("interpolation"),
      })
      .option("window", {
        type: "string",
        requiresArg: true,
        describe: "of powers and parabola: largest ratio of a size to that of the lowest loss  [default: 3]",
        coerce: numberList("window"),
      })
      .option("noise", {
        type: "string",
        requiresArg: true,
        describe: "relative standard deviation of a loss: 0.002  [default: told from the data]",
        coerce: decimalNumber("noise"),
      })
      .option("draws", {
        type: "string",
        requiresArg: true,
        describe: "times that noise is added  [default: 1000]",
        coerce: wholeNumber("draws", 2),
      })
      .option("level", {
        type: "string",
        requiresArg: true,
        describe: "what the intervals are to cover, with commas  [default: 0.9]",
        coerce: numberList("level"),
      })
      .option("tolerance", {
        type: "string",
        requiresArg: true,
        describe: "largest relative difference of FLOPs in one budget  [default: 0.01]",
        coerce: decimalNumber("tolerance"),
      })
      .option("seed", {
        type: "string",
        requiresArg: true,
        describe: "seed of the noise  [default: 0]",
        coerce: wholeNumber("seed", 0),
      })
      .option("format", {
        choices: ["text", "json", "csv"] as const,
        default: "text" as const,
        requiresArg: true,
        describe: "text for people; json and csv in full precision, with all columns",
      })
      .option("print", {
        choices: ["isoflop", "isoflop_laws"] as const,
        requiresArg: true,
        describe: "the one table that is printed  [default: both; of csv isoflop]",
      })
      .option("force", { type: "boolean", default: false, describe: "replace files that are there" }),
  handler: async ({ table, out, columns, decimal, format, print, force, level, ...options }) => {
    const { readCheckpointTable } = await import("../../tables/to-checkpoint-table.ts");
    const { readLayout } = await import("../read-layout.ts");
    const { isoflop } = await import("../../results/isoflop.ts");
    const { isoflopWarnings } = await import("../../isoflop/tables.ts");
    const { checkWritable, writeTable } = await import("../../tables/write.ts");
    const { printLine } = await import("../progress.ts");
    const { printFormatted } = await import("../output.ts");
    const { formatIsoflopAs } = await import("../../isoflop/summary.ts");
    const laws = out?.replace(/(\.[^.]+)$/, "_laws$1");
    for (const path of [out, laws]) {
      if (path !== undefined) await checkWritable(path, force);
    }
    const layout: OwnLayout = columns === undefined ? {} : await readLayout(columns);
    const checkpoints = await readCheckpointTable(table, {
      ...layout,
      ...(decimal !== undefined && { decimal }),
    });
    const { metric, subjects, interpolation, window, noise, draws, tolerance, seed } = options;
    const given = { metric, subjects, interpolation, window, noise, draws, levels: level, tolerance };
    const onWarning = (line: string) => printLine(`warning: ${line}`);
    const tables = isoflop(checkpoints, { ...given, seed, onWarning }, table);
    if (out !== undefined && laws !== undefined) {
      await writeTable(out, tables.isoflop);
      await writeTable(laws, tables.isoflop_laws);
    }
    for (const line of isoflopWarnings(tables)) printLine(`warning: ${line}`);
    printFormatted(formatIsoflopAs(tables, format, print), format);
  },
};
