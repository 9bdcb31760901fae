import type { CommandModule } from "yargs";
import { type BackendChoice, backendChoices } from "../../solve/problem.ts";
import { wholeNumber } from "../options.ts";

interface ReproduceArguments {
  paper: string;
  table: string;
  out: string | undefined;
  format: "text" | "md" | "json" | "csv";
  starts: number | undefined;
  seed: number | undefined;
  backend: BackendChoice | undefined;
  threads: number | undefined;
  quiet: boolean;
}

/** `lawfit reproduce PAPER --table TABLE`. */
export const reproduceCommand: CommandModule<object, ReproduceArguments> = {
  command: "reproduce <paper>",
  describe: "hold the printed numbers of a paper against ours; exit code 1 where one is off without a reason",
  builder: (yargs) =>
    yargs
      .positional("paper", {
        type: "string",
        demandOption: true,
        describe: "name of a paper: ladder, loss-to-loss",
      })
      .option("table", {
        type: "string",
        requiresArg: true,
        demandOption: true,
        describe: "checkpoint table of the paper's runs: a file or a glob",
      })
      .option("out", {
        type: "string",
        requiresArg: true,
        describe: "run directory to write with all results  [default: none]",
      })
      .option("format", {
        choices: ["text", "md", "json", "csv"] as const,
        default: "text" as const,
        requiresArg: true,
        describe: "text and md: the paper's tables; json and csv: a row a number, in full precision",
      })
      .option("starts", {
        type: "string",
        requiresArg: true,
        describe: "random starts of each problem  [default: 256]",
        coerce: wholeNumber("starts", 1),
      })
      .option("seed", {
        type: "string",
        requiresArg: true,
        describe: "seed of the random numbers  [default: 0]",
        coerce: wholeNumber("seed", 0),
      })
      .option("backend", {
        choices: backendChoices,
        requiresArg: true,
        describe: "what solves",
      })
      .option("threads", {
        type: "string",
        requiresArg: true,
        describe: "threads that solve  [default: all cores]",
        coerce: wholeNumber("threads", 1),
      })
      .option("quiet", { type: "boolean", default: false, describe: "no progress, only the result" }),
  handler: async ({ paper, table, out, format, starts, seed, backend, threads, quiet }) => {
    const { reproduce } = await import("../../reproduce/reproduce.ts");
    const { formatReproduction } = await import("../../reproduce/format.ts");
    const { printFormatted } = await import("../output.ts");
    const { printLine, progressReporter } = await import("../progress.ts");
    const reproduction = await reproduce(paper, {
      ...{ table, out, starts, seed, backend, threads },
      onWarning: (line) => printLine(`warning: ${line}`),
      ...(!quiet && { onStatus: printLine, onProgress: progressReporter("solved") }),
    });
    printFormatted(formatReproduction(reproduction, format), format);
    if (reproduction.counts["not reproduced"] > 0) process.exitCode = 1;
  },
};
