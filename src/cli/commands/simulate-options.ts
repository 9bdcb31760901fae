import type { Argv } from "yargs";
import { UserError } from "../../errors.ts";
import type { NoiseOptions, ResolvedNoise } from "../../simulate/noise-options.ts";
import { SIMULATED_FORMATS, type SimulatedFormat } from "../../simulate/write-simulated.ts";
import { parseCount } from "../../tables/counts.ts";

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
