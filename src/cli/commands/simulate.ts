import type { CommandModule } from "yargs";
import { UserError } from "../../errors.ts";
import { formatCount, parseCount } from "../../simulate/counts.ts";
import { LADDER_DEFAULTS, type LadderOptions, resolveLadderOptions } from "../../simulate/ladder-options.ts";
import { LADDER_FORMATS, type LadderFormat, writeLadder } from "../../simulate/write-ladder.ts";

/** Numbers come as text, so that a message can show what was written. */
interface SimulateArguments {
  what: "ladder";
  out: string;
  format: readonly LadderFormat[];
  force: boolean;
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

const number = (describe: string, fallback: number) =>
  ({ type: "string", requiresArg: true, default: String(fallback), describe }) as const;

const numberList = (describe: string, fallback: readonly string[]) =>
  ({ type: "string", array: true, requiresArg: true, default: fallback, describe }) as const;

/** `lawfit simulate ladder --out DIR`. */
export const simulateCommand: CommandModule<object, SimulateArguments> = {
  command: "simulate <what>",
  describe: "make a checkpoint table whose true laws are known",
  builder: (yargs) =>
    yargs
      .positional("what", {
        choices: ["ladder"] as const,
        demandOption: true,
        describe: "ladder: small runs, two targets, tasks with loss and accuracy, domains with loss",
      })
      .option("out", {
        type: "string",
        demandOption: true,
        requiresArg: true,
        describe: "folder for checkpoints.parquet, checkpoints.arrow, truth.json and sweep.yaml",
      })
      .option("format", {
        array: true,
        choices: LADDER_FORMATS,
        default: ["parquet", "arrow"] as readonly LadderFormat[],
        describe: "formats of the table; the sweep file reads the first",
      })
      .option("force", { type: "boolean", default: false, describe: "replace files that are there" })
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
function ladderOptions(argv: SimulateArguments): LadderOptions {
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
  return resolveLadderOptions(options, (key) => `--${key.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`);
}

function parseNumber(option: string, text: string): number {
  const value = parseCount(String(text));
  if (Number.isFinite(value)) return value;
  throw new UserError(`--${option}: ${JSON.stringify(text)} is no number; 12, 0.5, 2e8, 200M and 1.3B are`);
}
