import type { CommandModule } from "yargs";
import { definedValues } from "../../collections.ts";
import { UserError } from "../../errors.ts";
import type { RecipesOptions } from "../../recipes/spec.ts";
import {
  decimalNumber,
  numberOption,
  REPEATABLE,
  switchOption,
  tableFormatOption,
  textOption,
  wholeNumber,
} from "../options.ts";
import { type FitOptions, fitSpecOf, lawOptions } from "./fit.ts";
import { heldOf } from "./plan.ts";

interface RecipesArguments
  extends Pick<
    FitOptions,
    "law" | "x" | "loss" | "delta" | "residual" | "bounds" | "prior" | "bootstrap" | "out" | "fresh" | "quiet"
  > {
  table: string;
  group: string | undefined;
  target: string | string[] | undefined;
  pooling: NonNullable<RecipesOptions["pooling"]>;
  best: NonNullable<RecipesOptions["best"]>;
  reference: string | undefined;
  at: string | string[] | undefined;
  level: number | undefined;
  format: "text" | "json" | "csv";
}

/** `lawfit compare-recipes TABLE --by COLUMN`. */
export const compareRecipesCommand: CommandModule<object, RecipesArguments> = {
  builder: (yargs) =>
    lawOptions(yargs, ["y", "where", "weights", "sigma", "run"])
      .positional("table", {
        type: "string",
        demandOption: true,
        describe: "table of any columns: a file or a glob",
      })
      .option("group", { ...textOption, alias: "by", describe: "column whose every value is a recipe" })
      .option("target", {
        ...textOption,
        describe: `what to compare recipes at: 70B@15T, or inputs N=70e9,D=15e12; ${REPEATABLE}`,
      })
      .option("at", {
        ...textOption,
        describe: "inputs to hold, beside what targets say: experts=8; may be repeated",
      })
      .option("pooling", {
        requiresArg: true,
        choices: ["auto", "own", "shared", "partial"] as const,
        default: "auto" as const,
        describe:
          "exponents of each recipe's own, shared, or about common ones; auto by the error of larger runs",
      })
      .option("best", {
        requiresArg: true,
        choices: ["lowest", "highest"] as const,
        default: "lowest" as const,
        describe: "whether the lowest value is the best, as of losses, or the highest",
      })
      .option("reference", {
        ...textOption,
        describe: "recipe whose compute the others are compared with  [default: the first by name]",
      })
      .option("bootstrap", {
        ...textOption,
        describe:
          "number of resamples for intervals and probabilities, of the fit with noise  [default: 400]",
        coerce: wholeNumber("bootstrap", 20),
      })
      .option("level", {
        ...numberOption,
        describe: "what the intervals are to cover  [default: 0.9]",
        coerce: decimalNumber("level", "a number above 0 and below 1", (level) => level > 0 && level < 1),
      })
      .option("out", {
        ...textOption,
        describe:
          "where to write the run directory with the tables, and its page beside it  [default: nothing is written]",
      })
      .option("fresh", {
        ...switchOption,
        describe: "discard finished work in the run directory and start over",
      })
      .option("quiet", { ...switchOption, describe: "print nothing but the result, warnings and errors" })
      .option("format", tableFormatOption)
      .example("$0 runs.csv --by corpus --target 7B@140B --residual log", "which corpus is better at 7B")
      .example(
        '$0 runs.csv --by mix --law "acc = a - b*flops^-c" --best highest --target flops=1e23',
        "by the law of a score",
      ),
  handler: async (given) => {
    const { group, target, at, pooling, best, reference, level, bootstrap: draws } = given;
    if (group === undefined)
      throw new UserError("--by is missing: what tells recipes apart; allowed: the name of a column");
    const { runRecipes } = await import("../run-plan.ts");
    const spec = await fitSpecOf(given.table, {
      ...given,
      ...{ at: undefined, target: undefined, bootstrap: undefined },
    });
    const options = {
      ...{ pooling, best, reference, ...definedValues({ level, draws }) },
      targets: target === undefined ? [] : [target].flat(),
      ...(at !== undefined && { at: heldOf([at].flat().join(",")) }),
    };
    await runRecipes(spec, options, given);
  },
};
