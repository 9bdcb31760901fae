import type { Argv, CommandModule } from "yargs";
import { definedValues } from "../../collections.ts";
import { givenKeys, keyOptions } from "../key-options.ts";
import { formatOption, formerJsonOption, shardOption, switchOption, textOption } from "../options.ts";
import type { JobArguments } from "../run-named-sweep.ts";

/** Arguments of every command that runs a sweep, beside those that are keys of its sweep file. */
interface SweepArguments extends JobArguments {
  sweep: string;
}

function sweepOptions(yargs: Argv<object>): Argv<SweepArguments> {
  const parser = yargs.positional("sweep", {
    type: "string",
    demandOption: true,
    describe: "name of a preset (docs/sweeps.md), or a sweep file (YAML)",
  });
  return keyOptions(parser)
    .option("out", {
      ...textOption,
      describe:
        "where to write the run directory, or the one to continue  [default: runs/<name of the sweep>]",
    })
    .option("fresh", {
      ...switchOption,
      describe: "discard finished work in the run directory and start over",
    })
    .option("shard", shardOption)
    .option("dry-run", {
      ...switchOption,
      describe:
        "print cells, problems, fits, and what time, memory and disk they will take, and solve nothing",
    })
    .option("quiet", { ...switchOption, describe: "print nothing but warnings and errors" })
    .option("format", {
      ...formatOption(["text", "json"], "text for people; json, an event a line (docs/cluster.md)"),
    })
    .option("json", formerJsonOption);
}

/** `lawfit sweep PRESET|FILE`. */
export const sweepCommand: CommandModule<object, SweepArguments & { interval: boolean }> = {
  builder: (yargs) =>
    sweepOptions(yargs)
      .option("interval", {
        ...switchOption,
        describe:
          "give each prediction an interval: that of the sweep file, else the default of lawfit bootstrap",
      })
      .example(
        "$0 ladder --table runs.csv --target 7B@2T --interval",
        "7 billion parameters, 2 trillion tokens",
      )
      .example("$0 sweep.yaml --dry-run", "what a sweep file asks for, and what it will take"),
  handler: async (given) => {
    const { runNamedSweep } = await import("../run-named-sweep.ts");
    await runNamedSweep(given.sweep, givenKeys(given), given);
  },
};

/** `lawfit backtest PRESET|FILE`: a sweep with `backtest:` in it, and `bootstrap:` where one of its options is given. */
export const backtestCommand: CommandModule<object, SweepArguments & { by: "n" | "c" | undefined }> = {
  builder: (yargs) =>
    keyOptions(sweepOptions(yargs), ["backtest", "bootstrap"])
      // Its name of before, which is that of a day elsewhere.
      .option("by", { choices: ["n", "c"] as const, requiresArg: true, hidden: true, conflicts: "cut-by" })
      .example("$0 ladder --table ladder.parquet", "errors of such predictions (docs/backtests.md)")
      .example(
        "$0 sweep.yaml --cut-by n --resamples 1000",
        "how often intervals held too (docs/bootstrap.md)",
      ),
  handler: async (given) => {
    const { runNamedSweep } = await import("../run-named-sweep.ts");
    const bootstrap = givenKeys(given, "bootstrap");
    // Back-tests have levels of their own.
    const isResampled = Object.keys(bootstrap).some((key) => key !== "levels");
    const backtest = definedValues({ by: given.by, ...givenKeys(given, "backtest") });
    await runNamedSweep(
      given.sweep,
      { ...givenKeys(given), backtest, ...(isResampled && { bootstrap }) },
      given,
    );
  },
};

/** `lawfit bootstrap PRESET|FILE`: a sweep with `bootstrap:` in it. */
export const bootstrapCommand: CommandModule<object, SweepArguments> = {
  builder: (yargs) =>
    keyOptions(sweepOptions(yargs), "bootstrap")
      .example("$0 ladder --table ladder.parquet", "90 % intervals from 1,000 resamples of the runs")
      .example("$0 sweep.yaml --scheme wild --level 0.5", "other intervals (docs/bootstrap.md)"),
  handler: async (given) => {
    const { runNamedSweep } = await import("../run-named-sweep.ts");
    await runNamedSweep(
      given.sweep,
      { ...givenKeys(given), bootstrap: givenKeys(given, "bootstrap") },
      given,
    );
  },
};

/** `lawfit mix PRESET|FILE`: a sweep with `mixtures:` in it, and with a bootstrap unless there is to be none. */
export const mixCommand: CommandModule<object, SweepArguments & { bootstrap: boolean }> = {
  builder: (yargs) =>
    keyOptions(keyOptions(sweepOptions(yargs), "bootstrap"), "mixtures")
      .option("bootstrap", {
        type: "boolean",
        default: true,
        hidden: true,
      })
      .option("no-bootstrap", {
        type: "boolean",
        describe: "no resamples, and so no intervals (docs/bootstrap.md)",
      })
      .example("$0 sweep.yaml --bounds code=0..0.5", "the best share of code, at most a half")
      .example("$0 sweep.yaml --no-bootstrap", "best mixtures without intervals"),
  handler: async (given) => {
    const { runNamedSweep } = await import("../run-named-sweep.ts");
    const bootstrap = given.bootstrap && { bootstrap: givenKeys(given, "bootstrap") };
    await runNamedSweep(
      given.sweep,
      { ...givenKeys(given), ...bootstrap, mixtures: givenKeys(given, "mixtures") },
      given,
    );
  },
};
