import type { CommandModule } from "yargs";
import { LADDER_DEFAULTS, type LadderOptions, resolveLadderOptions } from "../../simulate/ladder-options.ts";
import { LADDER_FORMATS, writeLadder } from "../../simulate/write-ladder.ts";
import { formatCount } from "../../tables/counts.ts";
import { printText } from "../print.ts";
import {
  type NoiseArguments,
  noiseOf,
  noiseOptions,
  number,
  numberList,
  type OutputArguments,
  optionName,
  outputOptions,
  parseNumber,
} from "./simulate-options.ts";

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
