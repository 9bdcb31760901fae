import type { CommandModule } from "yargs";
import { FLP_M_DEFAULTS, resolveFlpMOptions } from "../../simulate/flp-m-options.ts";
import { FLP_M_FORMATS, writeFlpM } from "../../simulate/write-flp-m.ts";
import { printText } from "../print.ts";
import {
  type NoiseArguments,
  noiseOf,
  noiseOptions,
  number,
  type OutputArguments,
  optionName,
  outputOptions,
  parseNumber,
} from "./simulate-options.ts";

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
