import type { CommandModule } from "yargs";
import { type BootstrapArguments, bootstrapOf, bootstrapOptions } from "../bootstrap-options.ts";
import { type MixArguments, mixOptions, mixturesOf } from "../mix-options.ts";
import { type SweepArguments, sweepOptions } from "../sweep-options.ts";

/** `lawfit mix PRESET|FILE`: a sweep with `mixtures:` in it, and with a bootstrap unless there is to be none. */
export const mixCommand: CommandModule<object, SweepArguments & BootstrapArguments & MixArguments> = {
  command: "mix <sweep>",
  describe: "a sweep that finds the best mixture of the training data, with intervals",
  builder: (yargs) => mixOptions(bootstrapOptions(sweepOptions(yargs))),
  handler: async ({ sweep, bootstrap, ...given }) => {
    const { runNamedSweep } = await import("../run-named-sweep.ts");
    const resampled = bootstrap && { bootstrap: bootstrapOf(given) };
    await runNamedSweep(sweep, { ...given, ...resampled, mixtures: mixturesOf(given) }, given);
  },
};
