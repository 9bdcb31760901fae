import yargs, { type Argv } from "yargs";
import { ownValue } from "../collections.ts";
import { UserError } from "../errors.ts";
import { version } from "../version.ts";
import { failWith, watchOutputStreams } from "./output.ts";

/**
 * The commands by name. Each is loaded when it is called: modules that one needs (tables, solver) do not slow down
 * the others.
 */
const commands: Readonly<Record<string, (parser: Argv) => Promise<unknown>>> = {
  import: async (parser) => parser.command((await import("./commands/import.ts")).importCommand),
  inspect: async (parser) => parser.command((await import("./commands/inspect.ts")).inspectCommand),
  sweep: async (parser) => parser.command((await import("./commands/sweep.ts")).sweepCommand),
  bootstrap: async (parser) => parser.command((await import("./commands/sweep.ts")).bootstrapCommand),
  mix: async (parser) => parser.command((await import("./commands/sweep.ts")).mixCommand),
  backtest: async (parser) => parser.command((await import("./commands/sweep.ts")).backtestCommand),
  isoflop: async (parser) => parser.command((await import("./commands/isoflop.ts")).isoflopCommand),
  status: async (parser) => parser.command((await import("./commands/status.ts")).statusCommand),
  merge: async (parser) => parser.command((await import("./commands/merge.ts")).mergeCommand),
  show: async (parser) => parser.command((await import("./commands/show.ts")).showCommand),
  report: async (parser) => parser.command((await import("./commands/report.ts")).reportCommand),
  compare: async (parser) => parser.command((await import("./commands/compare.ts")).compareCommand),
  reproduce: async (parser) => parser.command((await import("./commands/reproduce.ts")).reproduceCommand),
  forms: async (parser) => parser.command((await import("./commands/forms.ts")).formsCommand),
  simulate: async (parser) => parser.command((await import("./commands/simulate.ts")).simulateCommand),
  bench: async (parser) => parser.command((await import("./commands/bench.ts")).benchCommand),
  doctor: async (parser) => parser.command((await import("./commands/doctor.ts")).doctorCommand),
};

/**
 * Runs the command line. Sets the exit code: 0, 2 for the user's mistakes, 1 for ours.
 *
 * @param words the arguments after the program's name
 */
export async function runCommandLine(words: readonly string[]): Promise<void> {
  watchOutputStreams();
  try {
    await parse(words);
  } catch (error) {
    failWith(error);
  }
}

async function parse(words: readonly string[]): Promise<void> {
  const asked = ownValue(commands, words[0] ?? "");
  const path = asked === undefined ? [] : words.slice(0, 1);
  const parser = yargs([...words])
    .scriptName("lawfit")
    .usage("$0 <command>\n\nFits language-model scaling laws in bulk.")
    .version(version)
    .parserConfiguration({ "camel-case-expansion": false, "duplicate-arguments-array": false })
    .demandCommand(1, `a command is missing; allowed: ${Object.keys(commands).join(", ")}`)
    .recommendCommands()
    .strict()
    .exitProcess(false)
    .wrap(Math.min(110, process.stdout.columns ?? 110))
    .fail((message, error) => {
      // What yargs itself finds wrong is the user's mistake; what a handler throws goes through as it is.
      if (error !== undefined && error !== null && error.name !== "YError") throw error;
      throw new UserError(
        `${message.replace(/\s*\n\s*/g, " ")}; see ${["lawfit", ...path].join(" ")} --help`,
      );
    });
  // All of them for the help and for the nearest name; one after the other, which is their order in the help.
  for (const add of asked === undefined ? Object.values(commands) : [asked]) await add(parser);
  await parser.parseAsync();
}
