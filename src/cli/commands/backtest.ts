import type { CommandModule } from "yargs";
import type { BacktestSpec } from "../../backtest/spec.ts";
import { type BootstrapArguments, bootstrapOf, bootstrapOptions } from "../bootstrap-options.ts";
import { wholeNumber } from "../options.ts";
import { type SweepArguments, sweepOptions } from "../sweep-options.ts";

interface BacktestArguments extends SweepArguments, BootstrapArguments {
  by: BacktestSpec["by"];
  "least-runs": number | undefined;
}

/** `lawfit backtest PRESET|FILE`: a sweep with `backtest:` in it, and `bootstrap:` where one of its options is given. */
export const backtestCommand: CommandModule<object, BacktestArguments> = {
  command: "backtest <sweep>",
  describe: "a sweep with back-tests: smaller runs predict the larger ones",
  builder: (yargs) =>
    bootstrapOptions(sweepOptions(yargs))
      .option("by", {
        choices: ["n", "c"] as const,
        requiresArg: true,
        describe: "what the runs are cut by: parameters, FLOPs  [default: c]",
      })
      .option("least-runs", {
        type: "string",
        requiresArg: true,
        describe: "fewest runs that are fitted  [default: 8]",
        coerce: wholeNumber("least-runs", 1),
      })
      .epilogue(
        "With any of the options of lawfit bootstrap (--resamples 1000), its intervals are back-tested too.",
      ),
  handler: async ({ sweep, by, "least-runs": least_runs, ...given }) => {
    const { runNamedSweep } = await import("../run-named-sweep.ts");
    const { levels, ...resampling } = bootstrapOf(given);
    const isResampled = Object.values(resampling).some((value) => value !== undefined);
    const overrides = { ...given, backtest: { by, least_runs, levels } };
    const bootstrap = { ...resampling, levels };
    await runNamedSweep(sweep, { ...overrides, ...(isResampled && { bootstrap }) }, given);
  },
};
