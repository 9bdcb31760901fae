import type { Argv, CommandModule } from "yargs";
import { givenKeys, keyOptions } from "../key-options.ts";
import { lastGiven, SEVERAL_PATHS } from "../options.ts";
import type { JobArguments } from "../run-named-sweep.ts";

/** Arguments of every command that runs a sweep, beside those that are keys of its sweep file. */
interface SweepArguments extends JobArguments {
  sweep: string;
}

function sweepOptions(yargs: Argv<object>): Argv<SweepArguments> {
  const parser = yargs.parserConfiguration(SEVERAL_PATHS).positional("sweep", {
    type: "string",
    demandOption: true,
    describe: "name of a preset (docs/sweeps.md), or a sweep file (YAML)",
  });
  return keyOptions(parser)
    .option("out", {
      type: "string",
      requiresArg: true,
      coerce: lastGiven<string>,
      describe: "run directory to write, or to continue  [default: runs/<name of the sweep>]",
    })
    .option("fresh", {
      type: "boolean",
      default: false,
      describe: "discard what is finished in the run directory and start over",
    })
    .option("shard", {
      type: "string",
      requiresArg: true,
      coerce: lastGiven<string>,
      describe:
        "part of the work to do, such as 2/8; auto/8 in a Slurm array or a Kubernetes indexed job (docs/cluster.md)",
    })
    .option("dry-run", {
      type: "boolean",
      default: false,
      describe:
        "print cells, problems, fits, and what time, memory and disk they will take, and solve nothing",
    })
    .option("quiet", { type: "boolean", default: false, describe: "print nothing but warnings and errors" })
    .option("json", { type: "boolean", default: false, describe: "print what happens as lines of JSON" });
}

const BOOTSTRAP_PAGE = "Schemes, kinds of intervals and purposes are described in docs/bootstrap.md.";

/** `lawfit sweep PRESET|FILE`. */
export const sweepCommand: CommandModule<object, SweepArguments & { interval: boolean }> = {
  builder: (yargs) =>
    sweepOptions(yargs).option("interval", {
      type: "boolean",
      default: false,
      describe:
        "give each prediction its interval: that of the sweep file, else the one that held best (docs/coverage.md); lawfit bootstrap has others",
    }),
  handler: async (given) => {
    const { runNamedSweep } = await import("../run-named-sweep.ts");
    await runNamedSweep(given.sweep, givenKeys(given), given);
  },
};

/** `lawfit backtest PRESET|FILE`: a sweep with `backtest:` in it, and `bootstrap:` where one of its options is given. */
export const backtestCommand: CommandModule<object, SweepArguments> = {
  builder: (yargs) =>
    keyOptions(keyOptions(sweepOptions(yargs), "backtest"), "bootstrap").epilogue(
      `With any of the options of lawfit bootstrap (--resamples 1000), its intervals are back-tested too. ${BOOTSTRAP_PAGE}`,
    ),
  handler: async (given) => {
    const { runNamedSweep } = await import("../run-named-sweep.ts");
    const bootstrap = givenKeys(given, "bootstrap");
    // Back-tests have levels of their own.
    const isResampled = Object.keys(bootstrap).some((key) => key !== "levels");
    const backtest = givenKeys(given, "backtest");
    await runNamedSweep(
      given.sweep,
      { ...givenKeys(given), backtest, ...(isResampled && { bootstrap }) },
      given,
    );
  },
};

/** `lawfit bootstrap PRESET|FILE`: a sweep with `bootstrap:` in it. */
export const bootstrapCommand: CommandModule<object, SweepArguments> = {
  builder: (yargs) => keyOptions(sweepOptions(yargs), "bootstrap").epilogue(BOOTSTRAP_PAGE),
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
        describe: "resample, for intervals; --no-bootstrap for none",
      })
      .epilogue(BOOTSTRAP_PAGE),
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
