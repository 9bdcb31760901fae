import type { CommandModule } from "yargs";
import { UserError } from "../../errors.ts";
import { AUTO, formatImportSummary, IMPORTERS, importTable } from "../../tables/import.ts";
import { count, numberOption, readerOf, switchOption, textOption, wholeNumber } from "../options.ts";
import { printText } from "../output.ts";

interface ImportArguments {
  importer: string;
  paths: readonly string[];
  out: string;
  force: boolean;
  models?: string | undefined;
  repeated: "last" | "first" | "refuse";
  "tokens-per-step"?: number | undefined;
  "name-pattern"?: RegExp | undefined;
  "metric-pattern"?: RegExp | undefined;
  "loss-metric"?: string | undefined;
  "accuracy-metric"?: string | undefined;
  "question-groups"?: number | undefined;
}

const importers = IMPORTERS.map(({ name, description }) => `${name} (${description})`).join("; ");

/** `lawfit import IMPORTER PATH... --out TABLE`. */
export const importCommand: CommandModule<object, ImportArguments> = {
  builder: (yargs) =>
    yargs
      .positional("importer", {
        type: "string",
        demandOption: true,
        describe: `${AUTO} (the layout that the paths look like); ${importers}`,
      })
      .positional("paths", {
        type: "string",
        array: true,
        demandOption: true,
        describe: "folder of the run files, or files and globs, as the importer needs",
      })
      .option("out", {
        ...textOption,
        demandOption: true,
        describe: "where to write the table: .parquet, .arrow, .feather or .csv",
      })
      .option("models", {
        ...textOption,
        describe: "side table of what files do not say: model, revision, n, d, step, role, ...",
      })
      .option("tokens-per-step", {
        ...numberOption,
        coerce: count("tokens-per-step"),
        describe: "tokens of a training step, where only steps are known",
      })
      .option("name-pattern", {
        ...textOption,
        coerce: expression("name-pattern", ["n", "d", "step"]),
        describe: "regular expression for model@revision, with groups (?<n>), (?<d>), (?<step>)",
      })
      .option("metric-pattern", {
        ...textOption,
        coerce: expression("metric-pattern", ["subject"]),
        describe: "regular expression for columns or keys, with groups (?<subject>), (?<metric>)",
      })
      .option("repeated", {
        alias: "keep",
        choices: ["last", "first", "refuse"] as const,
        default: "last" as const,
        requiresArg: true,
        describe: "which is kept of a checkpoint that is there several times",
      })
      .option("loss-metric", {
        ...textOption,
        describe: "metric of the files that is the loss",
        defaultDescription: "chosen",
      })
      .option("accuracy-metric", {
        ...textOption,
        describe: "metric of the files that is the accuracy",
        defaultDescription: "chosen",
      })
      .option("question-groups", {
        ...numberOption,
        coerce: wholeNumber("question-groups", 2),
        describe: "groups of like difficulty that the questions of each task are put into",
        defaultDescription: "none",
      })
      .option("force", { ...switchOption, describe: "replace existing files" })
      .example("$0 auto evals --out table.parquet", "the layout that folder evals looks like")
      .example(
        "$0 lm-eval evals --models models.csv --out table.parquet",
        "lm-evaluation-harness, with a side table",
      )
      .example("$0 data-mixing runs.csv --out mixing.parquet", "runs on mixtures of data"),
  handler: async ({
    importer,
    paths,
    out,
    force,
    models,
    repeated: keep,
    "tokens-per-step": tokensPerStep,
    "name-pattern": pattern,
    "metric-pattern": columns,
    "loss-metric": loss,
    "accuracy-metric": accuracy,
    "question-groups": questionGroups,
  }) => {
    const main = Object.entries({ loss, accuracy }).flatMap(([kind, name]) =>
      name === undefined ? [] : [[kind, name] as const],
    );
    const summary = await importTable(importer, paths, out, {
      ...{ force, keep },
      ...(models !== undefined && { models }),
      ...(tokensPerStep !== undefined && { tokensPerStep }),
      ...(pattern && { pattern }),
      ...(columns && { columns }),
      ...(questionGroups !== undefined && { questionGroups }),
      ...(main.length > 0 && { main: new Map(main) }),
    });
    printText(formatImportSummary(summary));
  },
};

/** Reads a regular expression that has one of some named groups. */
function expression(option: string, groups: readonly string[]) {
  const allowed = `a regular expression with a group ${groups.map((group) => `(?<${group}>...)`).join(" or ")}`;
  return readerOf(option, allowed, (text) => {
    try {
      return groups.some((group) => text.includes(`(?<${group}>`)) ? new RegExp(text) : undefined;
    } catch (error) {
      throw new UserError(`--${option}: ${(error as Error).message}; allowed: ${allowed}`);
    }
  });
}
