import type { CommandModule } from "yargs";
import { LADDER_DEFAULTS, type LadderOptions, resolveLadderOptions } from "../../simulate/ladder-options.ts";
import { LADDER_FORMATS, writeLadder } from "../../simulate/write-ladder.ts";
import { formatCount } from "../../tables/counts.ts";
import {
  number,
  numberList,
  type OutputArguments,
  optionName,
  outputOptions,
  parseNumber,
} from "./simulate-options.ts";

interface LadderArguments extends OutputArguments {
  seed: string;
  tasks: string;
  sizes: readonly string[];
  multiples: readonly string[];
  checkpoints: string;
  "run-effect": string;
  "checkpoint-noise": string;
  autocorrelation: string;
  questions: string;
  excess: string;
}

/** `lawfit simulate ladder --out DIR`. */
export const simulateLadderCommand: CommandModule<object, LadderArguments> = {
  command: "ladder",
  describe: "small runs, two targets, tasks with loss and accuracy, domains with loss",
  builder: (yargs) =>
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
      )
      .option("checkpoints", number("checkpoints of a run to fit", LADDER_DEFAULTS.checkpoints))
      .option("run-effect", number("sd of a run's effect on ln(loss)", LADDER_DEFAULTS.runEffect))
      .option(
        "checkpoint-noise",
        number("sd of checkpoint noise of ln(loss)", LADDER_DEFAULTS.checkpointNoise),
      )
      .option(
        "autocorrelation",
        number("correlation of neighbouring checkpoints", LADDER_DEFAULTS.autocorrelation),
      )
      .option("questions", number("questions a task; 0: exact accuracies", LADDER_DEFAULTS.questions))
      .option("excess", number("excess of ln(loss) at the peak learning rate", LADDER_DEFAULTS.excess)),
  handler: async (argv) => {
    const { table, truth, files } = await writeLadder(argv.out, ladderOptions(argv), {
      formats: argv.format,
      force: argv.force,
    });
    process.stdout.write(
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
    checkpoints: parseNumber("checkpoints", argv.checkpoints),
    runEffect: parseNumber("run-effect", argv["run-effect"]),
    checkpointNoise: parseNumber("checkpoint-noise", argv["checkpoint-noise"]),
    autocorrelation: parseNumber("autocorrelation", argv.autocorrelation),
    questions: parseNumber("questions", argv.questions),
    excess: parseNumber("excess", argv.excess),
  };
  return resolveLadderOptions(options, optionName);
}
