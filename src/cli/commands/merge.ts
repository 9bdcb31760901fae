import type { CommandModule } from "yargs";
import { lastGiven, SEVERAL_PATHS } from "../options.ts";

interface MergeArguments {
  runs: string[];
  out: string | undefined;
  table: string | undefined;
  quiet: boolean;
}

/** `lawfit merge RUN...`. */
export const mergeCommand: CommandModule<object, MergeArguments> = {
  builder: (yargs) =>
    yargs
      .parserConfiguration(SEVERAL_PATHS)
      .positional("runs", {
        type: "string",
        array: true,
        demandOption: true,
        describe: "the --out that all shards were given, or the run directory of each",
      })
      .option("out", {
        type: "string",
        requiresArg: true,
        coerce: lastGiven<string>,
        describe: "run directory to write  [default: the one that is given]",
      })
      .option("table", {
        type: "string",
        requiresArg: true,
        coerce: lastGiven<string>,
        describe: "the checkpoint table, if it is at another path than for the shards",
      })
      .option("quiet", {
        type: "boolean",
        default: false,
        coerce: lastGiven<boolean>,
        describe: "print nothing but warnings and errors",
      }),
  handler: async ({ runs, out, table, quiet }) => {
    const { mergeDirectories } = await import("../run-named-sweep.ts");
    await mergeDirectories(runs, { out, table, quiet });
  },
};
