import type { Argv } from "yargs";
import { UserError } from "../../errors.ts";
import { SIMULATED_FORMATS, type SimulatedFormat } from "../../simulate/write-simulated.ts";
import { parseCount } from "../../tables/counts.ts";

/** Options of every simulation. Numbers come as text, so that a message can show what was written. */
export interface OutputArguments {
  out: string;
  format: readonly SimulatedFormat[];
  force: boolean;
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
