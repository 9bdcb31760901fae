import type { CommandModule } from "yargs";
import { type SweepArguments, sweepOptions } from "../sweep-options.ts";

/** `lawfit sweep PRESET|FILE`. */
export const sweepCommand: CommandModule<object, SweepArguments> = {
  command: "sweep <sweep>",
  describe: "fit a matrix of tasks and design choices and write result tables",
  builder: sweepOptions,
  handler: async ({ sweep, ...given }) => {
    const { runNamedSweep } = await import("../run-named-sweep.ts");
    await runNamedSweep(sweep, given, given);
  },
};
