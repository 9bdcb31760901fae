import type { CommandModule } from "yargs";
import type { BacktestSpec } from "../../backtest/spec.ts";
import { type BootstrapArguments, bootstrapOf, bootstrapOptions } from "../bootstrap-options.ts";
import { type MixArguments, mixOptions, mixturesOf } from "../mix-options.ts";
import { wholeNumber } from "../options.ts";
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
