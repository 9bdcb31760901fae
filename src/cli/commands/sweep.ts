import type { CommandModule } from "yargs";
import { nameList, wholeNumber } from "../options.ts";

interface SweepArguments {
  sweep: string;
  table: string | undefined;
  out: string | undefined;
  tasks: string[] | undefined;
  targets: string[] | undefined;
  starts: number | undefined;
  seed: number | undefined;
  backend: "auto" | "cuda" | "cpu" | "native" | "portable" | undefined;
  threads: number | undefined;
  quiet: boolean;
}

/** `lawfit sweep PRESET|FILE`. */
export const sweepCommand: CommandModule<object, SweepArguments> = {
  command: "sweep <sweep>",
  describe: "fit a matrix of tasks and design choices and write result tables",
  builder: (yargs) =>
    yargs
      .positional("sweep", {
        type: "string",
        demandOption: true,
        describe: "name of a preset (ladder, ladder-ablations, ladder-matrix), or a sweep file (YAML)",
      })
      .option("table", { type: "string", requiresArg: true, describe: "checkpoint table: a file or a glob" })
      .option("out", {
        type: "string",
        requiresArg: true,
        describe: "run directory to write  [default: runs/<name of the sweep>]",
      })
      .option("tasks", {
        type: "string",
        requiresArg: true,
        describe: "tasks, with commas",
        coerce: nameList("tasks"),
      })
      .option("targets", {
        type: "string",
        requiresArg: true,
        describe: "targets, with commas",
        coerce: nameList("targets"),
      })
      .option("starts", {
        type: "string",
        requiresArg: true,
        describe: "random starts of each problem  [default: 256; ladder-matrix 64]",
        coerce: wholeNumber("starts", 1),
      })
      .option("seed", {
        type: "string",
        requiresArg: true,
        describe: "seed of the random numbers  [default: 0]",
        coerce: wholeNumber("seed", 0),
      })
      .option("backend", {
        choices: ["auto", "cuda", "cpu", "native", "portable"] as const,
        requiresArg: true,
        describe: "what solves",
      })
      .option("threads", {
        type: "string",
        requiresArg: true,
        describe: "threads that solve  [default: all cores]",
        coerce: wholeNumber("threads", 1),
      })
      .option("quiet", {
        type: "boolean",
        default: false,
        describe: "print nothing but warnings and errors",
      }),
  handler: async ({ sweep, out, quiet, ...overrides }) => {
    const { readSweep } = await import("../read-sweep.ts");
    const { runSweep } = await import("../../sweep/run-sweep.ts");
    const { name, spec, sweepFile } = await readSweep(sweep, overrides);
    const { printLine, progressReporter } = await import("../progress.ts");
    const directory = out ?? `runs/${name}`;
    const onWarning = (line: string) => printLine(`warning: ${line}`);
    if (quiet) {
      await runSweep(spec, { out: directory, sweepFile, onWarning });
      return;
    }
    const { formatSummary } = await import("../sweep-summary.ts");
    const result = await runSweep(spec, {
      out: directory,
      sweepFile,
      onStatus: printLine,
      onWarning,
      onProgress: progressReporter("solved"),
    });
    process.stdout.write(formatSummary(result, directory));
  },
};
