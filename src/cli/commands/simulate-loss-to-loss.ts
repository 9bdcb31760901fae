import type { CommandModule } from "yargs";
import { LOSS_TO_LOSS_DEFAULTS, resolveLossToLossOptions } from "../../simulate/loss-to-loss-options.ts";
import { LOSS_TO_LOSS_FORMATS, writeLossToLoss } from "../../simulate/write-loss-to-loss.ts";
import { printText } from "../print.ts";
import { number, type OutputArguments, optionName, outputOptions, parseNumber } from "./simulate-options.ts";

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
