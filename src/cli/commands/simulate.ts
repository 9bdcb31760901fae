import type { Argv, CommandModule } from "yargs";
import { UserError } from "../../errors.ts";
import type { SimulationOption } from "../../simulate/options.ts";
import {
  DESIGNS,
  SIMULATED_FORMATS,
  type SimulatedDesign,
  type SimulatedFormat,
  writeSimulated,
} from "../../simulate/write.ts";
import { formatCount, parseCount } from "../../tables/numbers.ts";
import type { ListedCommand } from "../command-list.ts";
import { numberOption, switchOption, textOption } from "../options.ts";
import { printText } from "../output.ts";

/** Options that all designs share; a design's own options come as text, so that a message can show what was written. */
interface SimulateArguments {
  out: string;
  format: readonly SimulatedFormat[];
  force: boolean;
}

type DesignOption = readonly [key: string, option: SimulationOption<number | readonly number[]>];

/** `lawfit simulate ladder --out DIR`: the command of a design, whose options are those of its record. */
function commandOf(design: SimulatedDesign<object, unknown>): CommandModule<object, SimulateArguments> {
  const options = Object.entries(design.options) as DesignOption[];
  return {
    builder: (yargs) => options.reduce(withOption, outputOptions(yargs, design.formats)),
    handler: async (argv) => {
      const { out, format: formats, force } = argv;
      const given = options.map(([key]) => [key, numberOf(key, Reflect.get(argv, wordOf(key)))]);
      const written = await writeSimulated<object, unknown>(
        design,
        out,
        Object.fromEntries(given),
        { formats, force },
        nameOf,
      );
      const { table, truth, files } = written;
      printText(`wrote ${files.join(", ")}: ${table.rows} rows, ${design.summary(truth)}\n`);
    },
  };
}

/** The options that say where and how files are written. */
function outputOptions<T>(yargs: Argv<T>, formats: readonly SimulatedFormat[]) {
  const tables = formats.map((format) => `checkpoints.${format}`).join(", ");
  return yargs
    .option("out", {
      ...textOption,
      demandOption: true,
      describe: `where to write ${tables}, truth.json and sweep.yaml: a folder`,
    })
    .option("format", {
      array: true,
      choices: SIMULATED_FORMATS,
      default: formats,
      defaultDescription: formats.join(","),
      coerce: splitAtCommas<SimulatedFormat>,
      describe: "output format of the table, or several with commas; the sweep file reads the first",
    })
    .option("force", { ...switchOption, describe: "replace existing files" })
    .example("$0 --out sample", "the default design in folder sample")
    .example("$0 --out sample --seed 1 --format csv", "another seed, as CSV");
}

function withOption<T>(yargs: Argv<T>, [key, { default: value, describe }]: DesignOption): Argv<T> {
  const texts = typeof value === "number" ? String(value) : value.map(formatCount);
  const list = typeof value === "number" ? {} : { array: true, coerce: splitAtCommas<string> };
  const defaults = { default: texts, defaultDescription: String(texts) };
  return yargs.option(wordOf(key), { ...numberOption, ...list, ...defaults, describe });
}

/** Reads `a,b` as `a b`, which a list of the command line may also be. */
function splitAtCommas<Word extends string>(given: readonly Word[]): Word[] {
  return given.flatMap((text) => text.split(",") as Word[]);
}

/** How the command line calls a key of a simulation's options: runEffect is run-effect. `--tasks` names tasks everywhere. */
function wordOf(key: string): string {
  return key === "tasks" ? "task-count" : key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

const nameOf = (key: string): string => `--${wordOf(key)}`;

/** What was given for an option: a number, or a list of them. @throws UserError in the words of the command line */
function numberOf(key: string, given: unknown): number | number[] {
  if (Array.isArray(given)) return given.map((text) => numberOf(key, text) as number);
  const text = String(given);
  const value = parseCount(text);
  if (Number.isFinite(value)) return value;
  throw new UserError(
    `${nameOf(key)}: ${JSON.stringify(text)} is not a number; allowed: numbers such as 12, 0.5, 2e8, 200M and 1.3B`,
  );
}

/** `lawfit simulate DESIGN --out DIR`; each design is a command of its own, with its own options. */
export const simulations: readonly ListedCommand[] = DESIGNS.map((design) => ({
  name: design.name,
  describe: design.describe,
  load: async () => commandOf(design),
}));
