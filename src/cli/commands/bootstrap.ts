import type { CommandModule } from "yargs";
import { type BootstrapArguments, bootstrapOf, bootstrapOptions } from "../bootstrap-options.ts";
import { type SweepArguments, sweepOptions } from "../sweep-options.ts";

/** `lawfit bootstrap PRESET|FILE`: a sweep with `bootstrap:` in it. */
export const bootstrapCommand: CommandModule<object, SweepArguments & BootstrapArguments> = {
  command: "bootstrap <sweep>",
  describe: "a sweep with intervals: its fits are repeated on resamples of the runs",
  builder: (yargs) => bootstrapOptions(sweepOptions(yargs)),
  handler: async ({ sweep, ...given }) => {
    const { runNamedSweep } = await import("../run-named-sweep.ts");
    await runNamedSweep(sweep, { ...given, bootstrap: bootstrapOf(given) }, given);
  },
};
