import type { CommandModule } from "yargs";
import { givenKeys, keyOptions } from "../key-options.ts";
import { formatOption, switchOption, textOption } from "../options.ts";

/** Keys of a sweep that may differ from those of the paper. */
const KEYS = ["starts", "seed", "backend", "threads"];

interface ReproduceArguments {
  paper: string;
  table: string;
  out: string | undefined;
  format: "text" | "md" | "json" | "csv";
  quiet: boolean;
}

/** `lawfit reproduce PAPER --table TABLE`. */
export const reproduceCommand: CommandModule<object, ReproduceArguments> = {
  builder: (yargs) =>
    keyOptions(yargs, undefined, KEYS)
      .positional("paper", {
        type: "string",
        demandOption: true,
        describe: "name of a paper: ladder, loss-to-loss",
      })
      .option("table", {
        ...textOption,
        demandOption: true,
        describe: "checkpoint table of the paper's runs: a file or a glob",
      })
      .option("out", {
        ...textOption,
        describe: "where to write a run directory with all results  [default: nowhere]",
      })
      .option(
        "format",
        formatOption(
          ["text", "md", "json", "csv"],
          "text and md, the paper's tables; json and csv, a row for each number, in full precision",
        ),
      )
      .option("quiet", { ...switchOption, describe: "print nothing but the result, warnings and errors" })
      .example("$0 ladder --table ladder.parquet", "exit code 1 if a number differs without a reason")
      .example("$0 loss-to-loss --table losses.parquet", "the same for another paper"),
  handler: async (given) => {
    const { paper, table, out, format, quiet } = given;
    const { checkSpec } = await import("../../spec/spec.ts");
    const { reproduce } = await import("../../reproduce/reproduce.ts");
    const { formatReproduction } = await import("../../reproduce/format.ts");
    const { printFormatted } = await import("../output.ts");
    const { printLine, progressReporter } = await import("../progress.ts");
    const { starts, seed, backend, threads } = checkSpec(givenKeys(given), `paper ${paper}`);
    const reproduction = await reproduce(paper, {
      ...{ table, out, starts, seed, backend, threads },
      onWarning: (line) => printLine(`warning: ${line}`),
      ...(!quiet && { onStatus: printLine, onProgress: progressReporter("solved") }),
    });
    printFormatted(formatReproduction(reproduction, format), format);
    if (reproduction.counts["not reproduced"] > 0) process.exitCode = 1;
  },
};
