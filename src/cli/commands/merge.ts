import type { CommandModule } from "yargs";
import { switchOption, textOption } from "../options.ts";

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
      .positional("runs", {
        type: "string",
        array: true,
        demandOption: true,
        describe: "the --out that all shards were given, or the run directory of each",
      })
      .option("out", {
        ...textOption,
        describe: "where to write the run directory  [default: the one that is given]",
      })
      .option("table", {
        ...textOption,
        describe: "checkpoint table, if it is at another path than for the shards",
      })
      .option("quiet", {
        ...switchOption,
        describe: "print nothing but warnings and errors",
      })
      .example("$0 night", "all shards in folder night")
      .example("$0 shard-1-of-2 shard-2-of-2 --out night", "shards from other machines"),
  handler: async ({ runs, out, table, quiet }) => {
    const { mergeDirectories } = await import("../run-named-sweep.ts");
    await mergeDirectories(runs, { out, table, quiet });
  },
};
