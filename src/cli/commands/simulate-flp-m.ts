import type { CommandModule } from "yargs";
import { FLP_M_DEFAULTS, type FlpMOptions, resolveFlpMOptions } from "../../simulate/flp-m-options.ts";
import { FLP_M_FORMATS, writeFlpM } from "../../simulate/write-flp-m.ts";
import { number, type OutputArguments, optionName, outputOptions, parseNumber } from "./simulate-options.ts";

interface FlpMArguments extends OutputArguments {
  seed: string;
  checkpoints: string;
  "run-effect": string;
  "checkpoint-noise": string;
  autocorrelation: string;
  questions: string;
  excess: string;
}

/** `lawfit simulate flp-m --out DIR`. */
export const simulateFlpMCommand: CommandModule<object, FlpMArguments> = {
  command: "flp-m",
  describe: "runs on mixtures of general text and code, as in the FLP-M paper, with the best mixtures",
  builder: (yargs) =>
    outputOptions(yargs, FLP_M_FORMATS)
      .option("seed", number("the same seed gives the same noise; the laws are fixed", FLP_M_DEFAULTS.seed))
      .option("checkpoints", number("checkpoints of a run to fit", FLP_M_DEFAULTS.checkpoints))
      .option("run-effect", number("sd of a run's effect on ln(loss)", FLP_M_DEFAULTS.runEffect))
      .option(
        "checkpoint-noise",
        number("sd of checkpoint noise of ln(loss)", FLP_M_DEFAULTS.checkpointNoise),
      )
      .option(
        "autocorrelation",
        number("correlation of neighbouring checkpoints", FLP_M_DEFAULTS.autocorrelation),
      )
      .option("questions", number("questions a task; 0: exact accuracies", FLP_M_DEFAULTS.questions))
      .option("excess", number("excess of ln(loss) at the peak learning rate", FLP_M_DEFAULTS.excess)),
  handler: async (argv) => {
    const { table, truth, files } = await writeFlpM(argv.out, flpMOptions(argv), {
      formats: argv.format,
      force: argv.force,
    });
    const subjects = truth.tasks.length + truth.domains.length;
    process.stdout.write(
      `wrote ${files.join(", ")}: ${table.rows} rows, ${truth.runs.length} runs, ${subjects} subjects\n`,
    );
  },
};

/** @throws UserError in the words of the command line */
function flpMOptions(argv: FlpMArguments): FlpMOptions {
  const options: FlpMOptions = {
    seed: parseNumber("seed", argv.seed),
    checkpoints: parseNumber("checkpoints", argv.checkpoints),
    runEffect: parseNumber("run-effect", argv["run-effect"]),
    checkpointNoise: parseNumber("checkpoint-noise", argv["checkpoint-noise"]),
    autocorrelation: parseNumber("autocorrelation", argv.autocorrelation),
    questions: parseNumber("questions", argv.questions),
    excess: parseNumber("excess", argv.excess),
  };
  return resolveFlpMOptions(options, optionName);
}
