import type { CommandModule } from "yargs";
import type { PrintedIsoflop } from "../../isoflop/summary.ts";
import type { TextFormat } from "../../tables/format.ts";
import { givenKeys, keyOptions } from "../key-options.ts";
import { formatOption, layoutOption, switchOption, textOption } from "../options.ts";
import type { OwnLayout } from "../read-layout.ts";

interface IsoflopArguments {
  table: string;
  out: string | undefined;
  layout: string | undefined;
  format: TextFormat;
  print: PrintedIsoflop | undefined;
  force: boolean;
}

/** `lawfit isoflop TABLE`. */
export const isoflopCommand: CommandModule<object, IsoflopArguments> = {
  builder: (yargs) =>
    keyOptions(keyOptions(yargs, undefined, ["decimal", "seed"]), "isoflop")
      .positional("table", {
        type: "string",
        demandOption: true,
        describe: "checkpoint table: a file or a glob",
      })
      .option("out", {
        ...textOption,
        describe:
          "where to write the table: .parquet, .arrow or .csv; the laws go beside it, with _laws in the name",
      })
      .option("layout", layoutOption)
      .option(
        "format",
        formatOption(
          ["text", "json", "csv"],
          "text for people; json and csv in full precision, with all columns",
        ),
      )
      .option("print", {
        choices: ["isoflop", "isoflop_laws"] as const,
        requiresArg: true,
        describe: "the one table that is printed  [default: both; for csv isoflop]",
      })
      .option("force", { ...switchOption, describe: "replace existing files" })
      .example("$0 runs.parquet", "both tables, for people")
      .example(
        "$0 runs.csv --layout sweep.yaml --out isoflop.csv",
        "a table of your own layout; writes isoflop_laws.csv too",
      ),
  handler: async (given) => {
    const { table, out, layout: layoutFile, format, print, force } = given;
    const { checkSpec } = await import("../../spec/spec.ts");
    const { readCheckpointTable } = await import("../../tables/to-checkpoint-table.ts");
    const { readLayout } = await import("../read-layout.ts");
    const { isoflop } = await import("../../results/isoflop.ts");
    const { checkWritable, writeTable } = await import("../../tables/write.ts");
    const { printLine } = await import("../progress.ts");
    const { printFormatted } = await import("../output.ts");
    const { formatIsoflopAs } = await import("../../isoflop/summary.ts");
    const laws = out?.replace(/(\.[^.]+)$/, "_laws$1");
    for (const path of [out, laws]) {
      if (path !== undefined) await checkWritable(path, force);
    }
    const sweep = { ...givenKeys(given), isoflop: givenKeys(given, "isoflop") };
    const { decimal, seed, isoflop: options } = checkSpec(sweep, table);
    const layout: OwnLayout = layoutFile === undefined ? {} : await readLayout(layoutFile);
    const checkpoints = await readCheckpointTable(table, {
      ...layout,
      ...(decimal !== undefined && { decimal }),
    });
    const onWarning = (line: string) => printLine(`warning: ${line}`);
    const tables = isoflop(checkpoints, { ...options, seed, onWarning }, table);
    if (out !== undefined && laws !== undefined) {
      await writeTable(out, tables.isoflop);
      await writeTable(laws, tables.isoflop_laws);
    }
    printFormatted(formatIsoflopAs(tables, format, print), format);
  },
};
