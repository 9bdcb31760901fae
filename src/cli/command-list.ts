import type { CommandBuilder } from "yargs";

/** What every command has, whatever its arguments are: a yargs `CommandModule`. */
export interface CommandCode {
  builder?: CommandBuilder<object, object> | undefined;
  handler(given: object): void | Promise<void>;
}

/** What is known of a command before its code is loaded. */
export interface ListedCommand {
  name: string;
  /** What follows the name, in yargs' notation. @default nothing */
  takes?: string;
  /** What it does, in a line of the help. */
  describe: string;
  /** Loads its code, or the commands of which it is a group. */
  load(): Promise<CommandCode | readonly ListedCommand[]>;
}

/**
 * The commands, in the order of the help. Each is loaded when it is called: modules that one needs (tables, solver) do
 * not slow down the others.
 */
export const COMMANDS: readonly ListedCommand[] = [
  {
    name: "import",
    takes: "<importer> <paths..>",
    describe: "turn published run files into a checkpoint table",
    load: async () => (await import("./commands/import.ts")).importCommand,
  },
  {
    name: "inspect",
    takes: "<tables..>",
    describe: "report what a table holds and what looks wrong in it",
    load: async () => (await import("./commands/inspect.ts")).inspectCommand,
  },
  {
    name: "fit",
    takes: "<table>",
    describe: "fit any law to a table of any columns",
    load: async () => (await import("./commands/fit.ts")).fitCommand,
  },
  {
    name: "search",
    takes: "<table>",
    describe: "seek a law among thousands, judged by larger rows",
    load: async () => (await import("./commands/search.ts")).searchCommand,
  },
  {
    name: "plan",
    takes: "<source>",
    describe: "find the best size and tokens of a budget by fitted laws",
    load: async () => (await import("./commands/plan.ts")).planCommand,
  },
  {
    name: "compare-recipes",
    takes: "<table>",
    describe: "say which training recipe is better at scale, and how sure",
    load: async () => (await import("./commands/compare-recipes.ts")).compareRecipesCommand,
  },
  {
    name: "sweep",
    takes: "<sweep>",
    describe: "fit tasks by design choices and write result tables",
    load: async () => (await import("./commands/sweep.ts")).sweepCommand,
  },
  {
    name: "bootstrap",
    takes: "<sweep>",
    describe: "a sweep with intervals: fits repeated on resamples of runs",
    load: async () => (await import("./commands/sweep.ts")).bootstrapCommand,
  },
  {
    name: "mix",
    takes: "<sweep>",
    describe: "a sweep that finds the best mixture of the training data",
    load: async () => (await import("./commands/sweep.ts")).mixCommand,
  },
  {
    name: "backtest",
    takes: "<sweep>",
    describe: "a sweep with back-tests: smaller runs predict the larger ones",
    load: async () => (await import("./commands/sweep.ts")).backtestCommand,
  },
  {
    name: "choices",
    takes: "<table>",
    describe: "say which design choices matter on runs that are held out",
    load: async () => (await import("./commands/choices.ts")).choicesCommand,
  },
  {
    name: "forecast",
    takes: "[run]",
    describe: "seal a forecast of a run to come, with intervals",
    load: async () => (await import("./commands/forecast.ts")).forecastCommand,
  },
  {
    name: "score",
    takes: "<forecast>",
    describe: "say how sealed forecasts came out, one or a folder of them",
    load: async () => (await import("./commands/score.ts")).scoreCommand,
  },
  {
    name: "isoflop",
    takes: "<table>",
    describe: "find the best model size of each budget and how it grows",
    load: async () => (await import("./commands/isoflop.ts")).isoflopCommand,
  },
  {
    name: "status",
    takes: "<run>",
    describe: "report how far a sweep is, from another shell",
    load: async () => (await import("./commands/status.ts")).statusCommand,
  },
  {
    name: "merge",
    takes: "<runs..>",
    describe: "join the shards of a sweep into one run directory",
    load: async () => (await import("./commands/merge.ts")).mergeCommand,
  },
  {
    name: "show",
    takes: "<run> [table]",
    describe: "print a table of a run directory",
    load: async () => (await import("./commands/show.ts")).showCommand,
  },
  {
    name: "report",
    takes: "<run>",
    describe: "write figures, tables and a checklist of a run as one page",
    load: async () => (await import("./commands/report.ts")).reportCommand,
  },
  {
    name: "compare",
    takes: "<first> <second>",
    describe: "list the predictions of two runs that differ",
    load: async () => (await import("./commands/compare.ts")).compareCommand,
  },
  {
    name: "reproduce",
    takes: "<paper>",
    describe: "compare the printed numbers of a paper with lawfit's",
    load: async () => (await import("./commands/reproduce.ts")).reproduceCommand,
  },
  {
    name: "forms",
    takes: "[name..]",
    describe: "list built-in forms: expression, parameters, source",
    load: async () => (await import("./commands/forms.ts")).formsCommand,
  },
  {
    name: "simulate",
    describe: "make a checkpoint table whose true laws are known",
    load: async () => (await import("./commands/simulate.ts")).simulations,
  },
  {
    name: "bench",
    describe: "measure fits per second, beside other installed fitters",
    load: async () => (await import("./commands/bench.ts")).benchCommand,
  },
  {
    name: "doctor",
    describe: "report what works on this machine: compiler, backends, cache",
    load: async () => (await import("./commands/doctor.ts")).doctorCommand,
  },
  {
    name: "completion",
    describe: "print a script by which bash and zsh complete lawfit's words",
    load: async () => (await import("./commands/completion.ts")).completionCommand,
  },
];
