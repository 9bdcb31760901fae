import type { Argv, CommandModule } from "yargs";
import { UserError } from "../../errors.ts";
import { FLP_M_DEFAULTS, resolveFlpMOptions } from "../../simulate/flp-m-options.ts";
import { LADDER_DEFAULTS, type LadderOptions, resolveLadderOptions } from "../../simulate/ladder-options.ts";
import { LOSS_TO_LOSS_DEFAULTS, resolveLossToLossOptions } from "../../simulate/loss-to-loss-options.ts";
import type { NoiseOptions, ResolvedNoise } from "../../simulate/option-rules.ts";
import { FLP_M_FORMATS, writeFlpM } from "../../simulate/write-flp-m.ts";
import { LADDER_FORMATS, writeLadder } from "../../simulate/write-ladder.ts";
import { LOSS_TO_LOSS_FORMATS, writeLossToLoss } from "../../simulate/write-loss-to-loss.ts";
import { SIMULATED_FORMATS, type SimulatedFormat } from "../../simulate/write-simulated.ts";
import { formatCount, parseCount } from "../../tables/numbers.ts";
import { printText } from "../output.ts";

/** Options of every simulation. Numbers come as text, so that a message can show what was written. */
export interface OutputArguments {
  out: string;
  format: readonly SimulatedFormat[];
  force: boolean;
}

/** Options of the noise of every simulation. */
export interface NoiseArguments {
  checkpoints: string;
  "run-effect": string;
  "checkpoint-noise": string;
  autocorrelation: string;
  questions: string;
  excess: string;
}

/** A number that is read by `parseNumber`. */
export const number = (describe: string, fallback: number) =>
  ({ type: "string", requiresArg: true, default: String(fallback), describe }) as const;

/** Several of them. */
export const numberList = (describe: string, fallback: readonly string[]) =>
  ({ type: "string", array: true, requiresArg: true, default: fallback, describe }) as const;

/** The options that say where and how files are written. */
export function outputOptions<T>(yargs: Argv<T>, formats: readonly SimulatedFormat[]) {
  const tables = formats.map((format) => `checkpoints.${format}`).join(", ");
  return yargs
    .option("out", {
      type: "string",
      demandOption: true,
      requiresArg: true,
      describe: `folder for ${tables}, truth.json and sweep.yaml`,
    })
    .option("format", {
      array: true,
      choices: SIMULATED_FORMATS,
      default: formats,
      describe: "formats of the table; the sweep file reads the first",
    })
    .option("force", { type: "boolean", default: false, describe: "replace files that are there" });
}

/** The options of checkpoints and their noise. */
export function noiseOptions<T>(yargs: Argv<T>, defaults: ResolvedNoise) {
  return yargs
    .option("checkpoints", number("checkpoints of a run to fit", defaults.checkpoints))
    .option("run-effect", number("sd of a run's effect on ln(loss)", defaults.runEffect))
    .option("checkpoint-noise", number("sd of checkpoint noise of ln(loss)", defaults.checkpointNoise))
    .option("autocorrelation", number("correlation of neighbouring checkpoints", defaults.autocorrelation))
    .option("questions", number("questions a task; 0: exact accuracies", defaults.questions))
    .option("excess", number("excess of ln(loss) at the peak learning rate", defaults.excess));
}

/** What was given for them. @throws UserError in the words of the command line */
export function noiseOf(argv: NoiseArguments): NoiseOptions {
  return {
    checkpoints: parseNumber("checkpoints", argv.checkpoints),
    runEffect: parseNumber("run-effect", argv["run-effect"]),
    checkpointNoise: parseNumber("checkpoint-noise", argv["checkpoint-noise"]),
    autocorrelation: parseNumber("autocorrelation", argv.autocorrelation),
    questions: parseNumber("questions", argv.questions),
    excess: parseNumber("excess", argv.excess),
  };
}

/** @throws UserError in the words of the command line */
export function parseNumber(option: string, text: string): number {
  const value = parseCount(String(text));
  if (Number.isFinite(value)) return value;
  throw new UserError(`--${option}: ${JSON.stringify(text)} is no number; 12, 0.5, 2e8, 200M and 1.3B are`);
}

/** How the command line calls a key of a simulation's options: runEffect is --run-effect. */
export function optionName(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

interface FlpMArguments extends OutputArguments, NoiseArguments {
  seed: string;
}

/** `lawfit simulate flp-m --out DIR`. */
export const simulateFlpMCommand: CommandModule<object, FlpMArguments> = {
  command: "flp-m",
  describe: "runs on mixtures of general text and code, as in the FLP-M paper, with the best mixtures",
  builder: (yargs) =>
    noiseOptions(
      outputOptions(yargs, FLP_M_FORMATS).option(
        "seed",
        number("the same seed gives the same noise; the laws are fixed", FLP_M_DEFAULTS.seed),
      ),
      FLP_M_DEFAULTS,
    ),
  handler: async (argv) => {
    const options = { seed: parseNumber("seed", argv.seed), ...noiseOf(argv) };
    const { table, truth, files } = await writeFlpM(argv.out, resolveFlpMOptions(options, optionName), {
      formats: argv.format,
      force: argv.force,
    });
    const subjects = truth.tasks.length + truth.domains.length;
    printText(
      `wrote ${files.join(", ")}: ${table.rows} rows, ${truth.runs.length} runs, ${subjects} subjects\n`,
    );
  },
};

interface LadderArguments extends OutputArguments, NoiseArguments {
  seed: string;
  tasks: string;
  sizes: readonly string[];
  multiples: readonly string[];
}

/** `lawfit simulate ladder --out DIR`. */
export const simulateLadderCommand: CommandModule<object, LadderArguments> = {
  command: "ladder",
  describe: "small runs, two targets, tasks with loss and accuracy, domains with loss",
  builder: (yargs) =>
    noiseOptions(
      outputOptions(yargs, LADDER_FORMATS)
        .option("seed", number("the same seed gives the same tables", LADDER_DEFAULTS.seed))
        .option("tasks", number("number of tasks", LADDER_DEFAULTS.tasks))
        .option(
          "sizes",
          numberList("model sizes of the runs to fit, in parameters", LADDER_DEFAULTS.sizes.map(formatCount)),
        )
        .option(
          "multiples",
          numberList(
            "lengths of training, in multiples of 20 tokens a parameter",
            LADDER_DEFAULTS.multiples.map(String),
          ),
        ),
      LADDER_DEFAULTS,
    ),
  handler: async (argv) => {
    const { table, truth, files } = await writeLadder(argv.out, ladderOptions(argv), {
      formats: argv.format,
      force: argv.force,
    });
    printText(
      `wrote ${files.join(", ")}: ${table.rows} rows, ${truth.runs.length} runs, ${truth.subjects.length} subjects\n`,
    );
  },
};

/** @throws UserError in the words of the command line */
function ladderOptions(argv: LadderArguments): LadderOptions {
  const options: LadderOptions = {
    seed: parseNumber("seed", argv.seed),
    tasks: parseNumber("tasks", argv.tasks),
    sizes: argv.sizes.map((text) => parseNumber("sizes", text)),
    multiples: argv.multiples.map((text) => parseNumber("multiples", text)),
    ...noiseOf(argv),
  };
  return resolveLadderOptions(options, optionName);
}

interface LossToLossArguments extends OutputArguments {
  seed: string;
  "run-effect": string;
  "evaluation-noise": string;
  questions: string;
}

/** `lawfit simulate loss-to-loss --out DIR`. */
export const simulateLossToLossCommand: CommandModule<object, LossToLossArguments> = {
  command: "loss-to-loss",
  describe: "the same grid of runs on four corpora, whose losses are shifted power laws of each other",
  builder: (yargs) =>
    outputOptions(yargs, LOSS_TO_LOSS_FORMATS)
      .option(
        "seed",
        number("the same seed gives the same noise; the laws are fixed", LOSS_TO_LOSS_DEFAULTS.seed),
      )
      .option(
        "run-effect",
        number("sd of a run's effect on ln(train loss - E)", LOSS_TO_LOSS_DEFAULTS.runEffect),
      )
      .option(
        "evaluation-noise",
        number("sd of the noise of ln of each other loss", LOSS_TO_LOSS_DEFAULTS.evaluationNoise),
      )
      .option("questions", number("questions a task; 0: exact accuracies", LOSS_TO_LOSS_DEFAULTS.questions)),
  handler: async (argv) => {
    const options = {
      seed: parseNumber("seed", argv.seed),
      runEffect: parseNumber("run-effect", argv["run-effect"]),
      evaluationNoise: parseNumber("evaluation-noise", argv["evaluation-noise"]),
      questions: parseNumber("questions", argv.questions),
    };
    const { table, truth, files } = await writeLossToLoss(
      argv.out,
      resolveLossToLossOptions(options, optionName),
      {
        formats: argv.format,
        force: argv.force,
      },
    );
    printText(
      `wrote ${files.join(", ")}: ${table.rows} rows, ${truth.runs.length} runs on ${truth.corpora.length} corpora\n`,
    );
  },
};

/** `lawfit simulate DESIGN --out DIR`; each design is a command of its own, with its own options. */
export const simulateCommand: CommandModule = {
  command: "simulate",
  describe: "make a checkpoint table whose true laws are known",
  builder: (yargs) =>
    yargs
      .command(simulateLadderCommand)
      .command(simulateFlpMCommand)
      .command(simulateLossToLossCommand)
      .demandCommand(1, "a design is missing; allowed: ladder, flp-m, loss-to-loss")
      .strictCommands()
      .recommendCommands(),
  handler: () => {},
};
