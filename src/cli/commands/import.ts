import type { CommandModule } from "yargs";
import { formatImportSummary, IMPORTERS, importTable } from "../../tables/import.ts";
import { switchOption, textOption } from "../options.ts";
import { printText } from "../output.ts";

interface ImportArguments {
  importer: string;
  paths: readonly string[];
  out: string;
  force: boolean;
}

const importers = IMPORTERS.map(({ name, description }) => `${name} (${description})`).join("; ");

/** `lawfit import IMPORTER PATH... --out TABLE`. */
export const importCommand: CommandModule<object, ImportArguments> = {
  builder: (yargs) =>
    yargs
      .positional("importer", { type: "string", demandOption: true, describe: importers })
      .positional("paths", {
        type: "string",
        array: true,
        demandOption: true,
        describe: "folder of the run files, or files and globs, as the importer needs",
      })
      .option("out", {
        ...textOption,
        demandOption: true,
        describe: "where to write the table: .parquet, .arrow, .feather or .csv",
      })
      .option("force", { ...switchOption, describe: "replace existing files" })
      .example("$0 olmo-ladder runs --out ladder.parquet", "the OLMo ladder's run files in folder runs")
      .example("$0 data-mixing runs.csv --out mixing.parquet", "runs on mixtures of data"),
  handler: async ({ importer, paths, out, force }) => {
    printText(formatImportSummary(await importTable(importer, paths, out, { force })));
  },
};
