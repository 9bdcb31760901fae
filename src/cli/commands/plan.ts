import type { CommandModule } from "yargs";
import { UserError } from "../../errors.ts";
import { START_PRIORS } from "../../methods/priors.ts";
import type { CheckedSpec } from "../../spec/spec.ts";
import { parseCount } from "../../tables/numbers.ts";
import { givenKeys, keyOptions } from "../key-options.ts";
import {
  count,
  decimalNumber,
  numberList,
  numberOption,
  REPEATABLE,
  switchOption,
  tableFormatOption,
  textOption,
} from "../options.ts";
import type { Question } from "../run-plan.ts";
import { type FitOptions, fitOptions, fitSpecOf, pairs } from "./fit.ts";

interface PlanArguments extends FitOptions {
  source: string;
  budget: number[] | undefined;
  quality: number[] | undefined;
  "inference-tokens": number | undefined;
  "unique-tokens": number | undefined;
  "n-min": number | undefined;
  "n-max": number | undefined;
  "d-min": number | undefined;
  "d-max": number | undefined;
  cost: string | undefined;
  next: boolean;
  candidates: string | undefined;
  target: string | string[] | undefined;
  spend: number | undefined;
  where: string | undefined;
  interval: boolean;
  format: "text" | "json" | "csv";
}

/** Options with which only `--next` does something, and those with which only plans do. */
const OF_NEXT = ["candidates", "target", "spend"] as const;
const OF_PLANS = ["budget", "quality", "inference-tokens", "n-min", "n-max", "d-min", "d-max"] as const;

const countOption = (name: string, describe: string) => ({
  ...{ ...numberOption, describe },
  coerce: count(name),
});

/** `lawfit plan RUN|TABLE`. */
export const planCommand: CommandModule<object, PlanArguments> = {
  builder: (yargs) =>
    keyOptions(fitOptions(yargs), "bootstrap", ["levels"])
      .positional("source", {
        type: "string",
        demandOption: true,
        describe: "run directory, or a table that is fitted first, with the options of lawfit fit",
      })
      .option("budget", {
        ...numberOption,
        describe: "budgets to spend, FLOPs or the unit of --cost: 1e22,1e24; may be repeated",
        coerce: numberList("budget"),
      })
      .option("quality", {
        ...numberOption,
        describe: "losses to reach for the least cost, without a budget: 2.1,2; may be repeated",
        coerce: numberList("quality"),
      })
      .option(
        "inference-tokens",
        countOption("inference-tokens", "tokens T of use: a model costs 6ND + 2NT  [default: 6ND]"),
      )
      .option(
        "unique-tokens",
        countOption("unique-tokens", "tokens that are not repetitions, for a law that takes them: 1T"),
      )
      .option("n-min", countOption("n-min", "smallest model size  [default: any]"))
      .option("n-max", countOption("n-max", "largest model size: 70B  [default: any]"))
      .option("d-min", countOption("d-min", "fewest training tokens  [default: any]"))
      .option("d-max", countOption("d-max", "most training tokens: 15T  [default: any]"))
      .option("cost", {
        ...textOption,
        describe:
          'cost of a model, an expression of N, D and what is held: "6*N*D + 1e9*N"  [default: 6*N*D]',
      })
      .option("next", {
        ...switchOption,
        describe: "rank runs to train next by what they would tell of a target, in place of plans",
      })
      .option("candidates", {
        ...textOption,
        describe: 'runs that may be trained: a table, or ranges "N=1e8..1e10:8,D=20B..2T:8"',
      })
      .option("target", {
        ...textOption,
        describe: `what to know better by --next: 70B@15T, or inputs N=70e9,D=15e12; ${REPEATABLE}`,
      })
      .option("spend", {
        ...numberOption,
        describe: "most that a batch of runs may cost, FLOPs or the unit of --cost  [default: no batch]",
        coerce: decimalNumber("spend", "a number > 0, such as 1e21", (spend) => spend > 0),
      })
      .option("scheme", {
        ...textOption,
        describe:
          "what is drawn: run, row, residual, wild, parametric ...  [default: run; parametric with --interval or --next alone]",
      })
      .option("at", {
        ...textOption,
        describe: "inputs to hold, beside size and tokens: experts=8; may be repeated",
      })
      .option("where", {
        ...textOption,
        describe:
          "SQL predicate on the columns: the rows of a table to read; of a run the cells: \"task = 'piqa_val'\"  [default: all]",
      })
      .option("interval", {
        ...switchOption,
        describe:
          "give each plan an interval of resamples: a table's fits are resampled, a run must have stored them  [default: of the errors of the parameters]",
      })
      .option("out", {
        ...textOption,
        describe:
          "where to write the run directory with table plans, and its page beside it  [default: nothing is written]",
      })
      .option("format", tableFormatOption)
      .example("$0 runs.csv --residual log --budget 1e22,1e24", "fits chinchilla and plans by it")
      .example(
        '$0 run --next --candidates "N=1e8..2e9:6,D=2B..40B:5" --target 70B@15T --spend 1e21',
        "what to train next",
      )
      .example("$0 run --budget 1e24 --inference-tokens 10T --n-max 70B", "by the laws of a finished run"),
  handler: async (given) => {
    const { runPlan } = await import("../run-plan.ts");
    const { isJobDirectory } = await import("../../run/job-directory.ts");
    const isRun = await isJobDirectory(given.source);
    if (isRun) refuseFitOptions(given);
    refuseOthers(given);
    const held = given.at === undefined ? {} : { at: heldOf([given.at].flat().join(",")) };
    const shared = {
      ...{ cost: given.cost, uniqueTokens: given["unique-tokens"], ...held },
      ...(isRun && { cells: given.where }),
    };
    const question: Question = given.next
      ? { kind: "candidates", options: { ...shared, ...nextOptions(given) } }
      : { kind: "plans", options: { ...shared, ...planOptions(given) } };
    await runPlan(isRun ? given.source : await specOf(given), question, given);
  },
};

function planOptions(given: PlanArguments) {
  const { budget, quality, interval } = given;
  return {
    ...{ budgets: budget, quality, interval, levels: levelsOf(given) },
    inferenceTokens: given["inference-tokens"],
    ...{ nMin: given["n-min"], nMax: given["n-max"], dMin: given["d-min"], dMax: given["d-max"] },
  };
}

/** @throws UserError where there are no candidates */
function nextOptions(given: PlanArguments) {
  const { candidates, target, spend } = given;
  if (candidates === undefined)
    throw new UserError(
      '--candidates is missing: the runs that may be trained; allowed: a table, or ranges such as "N=1e8..1e10:8,D=20B..2T:8"',
    );
  const levels = levelsOf(given);
  if (levels !== undefined && levels.length !== 1)
    throw new UserError(`--level: ${levels.join(",")}; allowed: one level with --next`);
  return { candidates, spend, targets: target === undefined ? [] : [target].flat(), level: levels?.[0] };
}

/** @throws UserError for an option that does nothing with, or without, `--next` */
function refuseOthers(given: PlanArguments): void {
  const other = (given.next ? OF_PLANS : OF_NEXT).find((option) => given[option] !== undefined);
  if (other === undefined) return;
  throw new UserError(
    `--${other}: it is an option of ${given.next ? "plans, and --next ranks runs" : "--next"}; allowed: ${given.next ? `--${other} without` : "with"} --next`,
  );
}

/** Options that have a meaning for the laws of a finished run. */
const OF_RUNS = new Set<string>([
  ...OF_NEXT,
  ...OF_PLANS,
  ...[
    "source",
    "next",
    "unique-tokens",
    "cost",
    "at",
    "where",
    "level",
    "levels",
    "interval",
    "out",
    "format",
  ],
  ...["quiet", "_", "$0"],
]);

/** @throws UserError for an option by which a table would be fitted */
function refuseFitOptions(given: PlanArguments): void {
  const [option] = Object.entries(given).find(
    ([name, value]) => !OF_RUNS.has(name) && value !== undefined && value !== false,
  ) ?? [""];
  if (option === "") return;
  throw new UserError(
    `--${option}: ${given.source} is a run directory, whose laws are fitted; allowed: a table, or without --${option}`,
  );
}

export function heldOf(text: string): Record<string, number> {
  return Object.fromEntries(
    Object.entries(pairs("at", text)).map(([name, value]) => {
      const number = parseCount(value);
      if (Number.isFinite(number)) return [name, number];
      throw new UserError(`--at: ${name}=${JSON.stringify(value)}; allowed: a number, such as 8 or 1T`);
    }),
  );
}

/** Resamples of fits that are asked for intervals without a number of resamples: by scheme `parametric`, of which few runs lose none. */
const RESAMPLES = 1000;

/** Losses without a noise, by which priors would be weighed. */
const isAbsoluteLoss = (loss: FitOptions["loss"]): boolean =>
  [loss ?? []].flat().some((kind) => /^(l1|quantile)/.test(kind));

/** The fits that are planned by. */
async function specOf(given: PlanArguments): Promise<CheckedSpec> {
  const isResampled = given.interval || given.next;
  const bootstrap = given.bootstrap ?? (isResampled ? RESAMPLES : undefined);
  const scheme = given.scheme ?? (given.bootstrap === undefined && isResampled ? "parametric" : undefined);
  // Targets and inputs that are held are of the question, not of the fit.
  const prior = given.prior ?? (given.next && !isAbsoluteLoss(given.loss) ? START_PRIORS : undefined);
  const fitted = { ...given, at: undefined, target: undefined, bootstrap, scheme, prior };
  const spec = await fitSpecOf(given.source, fitted);
  const levels = levelsOf(given);
  if (spec.bootstrap === undefined || levels === undefined) return spec;
  return { ...spec, bootstrap: { ...spec.bootstrap, levels } };
}

/** Option --level, which is a key of a bootstrap. */
function levelsOf(given: PlanArguments): number[] | undefined {
  return givenKeys(given as unknown as Record<string, unknown>, "bootstrap").levels as number[] | undefined;
}
