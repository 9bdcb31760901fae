import type { CommandModule } from "yargs";
import type { Design } from "../../spec/design.ts";
import { givenKeys, keyOptions } from "../key-options.ts";
import { decimalNumber, formatOption, nameList, numberOption, switchOption, textOption } from "../options.ts";

interface ChoicesArguments {
  table: string;
  sweep: string;
  design: Design;
  axis: string[] | undefined;
  out: string | undefined;
  fresh: boolean;
  quiet: boolean;
  format: "text" | "json";
  "dry-run": boolean;
}

/** Keys of a sweep file that are options of the command. */
const KEYS = ["decimal", "tasks", "targets", "starts", "seed", "backend", "threads"];

/** `lawfit choices TABLE`: the design choices of a sweep, judged by runs that it holds out. */
export const choicesCommand: CommandModule<object, ChoicesArguments> = {
  builder: (yargs) =>
    keyOptions(keyOptions(yargs, undefined, KEYS), "backtest", ["by", "least_runs"])
      .positional("table", {
        type: "string",
        demandOption: true,
        describe: "checkpoint table: a file or a glob",
      })
      .option("sweep", {
        ...textOption,
        default: "ladder-choices",
        describe: "preset or sweep file whose axes have the choices",
      })
      .option("design", {
        choices: ["one-at-a-time", "crossed", "as-given"] as const,
        default: "one-at-a-time" as const,
        requiresArg: true,
        describe:
          "how choices are put together: each alone beside the defaults, those of --axis crossed, or as the sweep has them",
      })
      .option("axis", {
        ...textOption,
        describe: "axes to compare, with commas between them; may be repeated  [default: all]",
        coerce: nameList("axis"),
      })
      .option("level", {
        ...numberOption,
        describe:
          "what the intervals are to cover: of all choices at once, and conformal ones  [default: 0.95]",
        coerce: decimalNumber("level", "a number > 0 and < 1", (level) => level > 0 && level < 1),
      })
      .option("out", {
        ...textOption,
        describe: "where to write the run directory, or the one to continue  [default: runs/choices]",
      })
      .option("fresh", {
        ...switchOption,
        describe: "discard finished work in the run directory and start over",
      })
      .option("quiet", { ...switchOption, describe: "print nothing but warnings and errors" })
      .option("format", {
        ...formatOption(["text", "json"], "text for people; json, an event a line (docs/cluster.md)"),
      })
      .option("dry-run", {
        ...switchOption,
        describe:
          "print cells, problems, fits, and what time, memory and disk they will take, and solve nothing",
      })
      .example("$0 ladder.parquet", "which of 17 choices of the ladder matter (docs/choices.md)")
      .example("$0 ladder.parquet --axis link,anchor --design crossed", "two of them, crossed")
      .example("$0 runs.parquet --sweep flp-ablations", "the choices of another method"),
  handler: async (given) => {
    const { runNamedSweep } = await import("../run-named-sweep.ts");
    const { designed } = await import("../../spec/design.ts");
    const { formatJudged } = await import("../judged-summary.ts");
    const { sweep, design, axis: only, table, out = "runs/choices" } = given;
    const argv = given as unknown as Record<string, unknown>;
    const backtest = { levels: [0.95], ...givenKeys(argv, "backtest") };
    const keys = { ...givenKeys(argv), table: [table], backtest };
    await runNamedSweep(
      sweep,
      keys,
      { ...given, out, json: false, shard: undefined },
      { reshape: (spec) => designed(spec, { design, only }, sweep), format: formatJudged },
    );
  },
};
