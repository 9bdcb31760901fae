import type { CommandModule } from "yargs";
import { formatImportSummary, importTable } from "../../tables/import.ts";
import { IMPORTERS } from "../../tables/importers/registry.ts";

interface ImportArguments {
  importer: string;
  folder: string;
  out: string;
}

const importers = IMPORTERS.map(({ name, description }) => `${name} (${description})`).join("; ");

/** `lawfit import IMPORTER FOLDER --out TABLE`. */
export const importCommand: CommandModule<object, ImportArguments> = {
  command: "import <importer> <folder>",
  describe: "turn published run files into a checkpoint table",
  builder: (yargs) =>
    yargs
      .positional("importer", { type: "string", demandOption: true, describe: importers })
      .positional("folder", { type: "string", demandOption: true, describe: "folder of the run files" })
      .option("out", {
        type: "string",
        demandOption: true,
        requiresArg: true,
        describe: "table to write: .parquet, .arrow, .feather or .csv",
      }),
  handler: async ({ importer, folder, out }) => {
    process.stdout.write(formatImportSummary(await importTable(importer, folder, out)));
  },
};
