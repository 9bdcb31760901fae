import type { Argv, CommandModule } from "yargs";
import { definedValues } from "../../collections.ts";
import { UserError } from "../../errors.ts";
import type { CheckedSpec } from "../../spec/spec.ts";
import { type GivenKeys, givenKeys, keyOptions } from "../key-options.ts";
import { formatOption, formerJsonOption, switchOption, textOption, wholeNumber } from "../options.ts";

/** Options of commands that fit a table. */
export interface FitOptions {
  law: string | string[] | undefined;
  x: string | string[] | undefined;
  loss: string | string[] | undefined;
  delta: number | undefined;
  residual: string | string[] | undefined;
  bounds: string | undefined;
  prior: string | undefined;
  at: string | string[] | undefined;
  bootstrap: number | undefined;
  scheme: string | undefined;
  draws: boolean;
  profile: boolean;
  backtest: string | undefined;
  derived: string | string[] | undefined;
  out: string | undefined;
  fresh: boolean;
  quiet: boolean;
}

interface FitArguments extends FitOptions {
  table: string;
  format: "text" | "json";
  json: boolean;
}

const axisOption = { type: "string", array: false, requiresArg: true } as const;

/** Adds the options that say what is minimised. */
export function lossOptions<Given>(
  yargs: Argv<Given>,
): Argv<Given & Pick<FitOptions, "loss" | "delta" | "residual">> {
  return yargs
    .option("loss", {
      ...axisOption,
      describe:
        "squared, huber, asymmetric-huber:OVER, l1 or quantile:Q; may be repeated  [default: squared]",
    })
    .option("delta", {
      type: "number",
      requiresArg: true,
      describe: "residual at which Huber's loss turns linear  [default: 0.001]",
    })
    .option("residual", {
      ...axisOption,
      describe: "residuals: plain, log or relative; may be repeated  [default: plain]",
    });
}

/** Keys of a sweep that say how its fits are solved, and their options. */
const SOLVING = ["decimal", "starts", "seed", "backend", "threads"];

/**
 * Adds the options that say which law is fitted to which columns.
 *
 * @param keys keys of `fit:` that have an option
 */
export function lawOptions(
  yargs: Argv<object>,
  keys?: readonly string[],
): Argv<Pick<FitOptions, "law" | "x" | "loss" | "delta" | "residual" | "bounds" | "prior">> {
  return lossOptions(keyOptions(keyOptions(yargs, undefined, SOLVING), "fit", keys))
    .option("law", {
      ...axisOption,
      describe:
        'form, or an expression over columns: "loss = E + A/params^alpha"; may be repeated  [default: chinchilla]',
    })
    .option("x", {
      ...textOption,
      describe:
        "inputs of the law: N,D or N=params,D=tokens*1e9  [default: columns of those names, or a guess]",
    })
    .option("bounds", {
      ...textOption,
      describe: 'least and largest value of parameters: "alpha=0..2, E=0.."  [default: the form\'s]',
    })
    .option("prior", {
      ...textOption,
      describe:
        'what is known of parameters, centre and standard deviation: "alpha=0.34+-0.05, log(E)=0.5+-0.1"  [default: nothing]',
    });
}

/** Adds the options by which a table is fitted. */
export function fitOptions(yargs: Argv<object>): Argv<FitOptions> {
  return lawOptions(yargs)
    .option("at", { ...textOption, describe: "inputs to predict at: N=7e9,D=2e12; may be repeated" })
    .option("bootstrap", {
      ...textOption,
      describe: "number of resamples, for errors and intervals (docs/bootstrap.md)",
      coerce: wholeNumber("bootstrap", 2),
    })
    .option("scheme", {
      ...textOption,
      describe: "what is drawn: run, row, residual, wild, parametric ...  [default: run]",
    })
    .option("draws", {
      ...switchOption,
      describe:
        "whether the parameters on every resample are kept, for table parameter_draws and the figure of pairs",
    })
    .option("profile", {
      ...switchOption,
      describe: "profile intervals of the parameters too (docs/identifiability.md)",
    })
    .option("backtest", {
      ...textOption,
      describe: "column by which larger rows are predicted from smaller ones (docs/backtests.md)",
    })
    .option("derived", {
      ...textOption,
      describe:
        "quantity of the parameters, with its interval: ratio=A/B, or N=N_opt(1e24) (docs/results.md); may be repeated",
    })
    .option("out", {
      ...textOption,
      describe: "where to write the run directory  [default: nothing is written]",
    })
    .option("fresh", {
      ...switchOption,
      describe: "discard finished work in the run directory and start over",
    })
    .option("quiet", { ...switchOption, describe: "print nothing but the result, warnings and errors" });
}

/** `lawfit fit TABLE`. */
export const fitCommand: CommandModule<object, FitArguments> = {
  builder: (yargs) =>
    fitOptions(yargs)
      .positional("table", {
        type: "string",
        demandOption: true,
        describe: "table of any columns: a file or a glob",
      })
      .option("format", formatOption(["text", "json"], "text for people; json, the tables in full precision"))
      .option("json", formerJsonOption)
      .example("$0 runs.csv --law chinchilla --loss huber --residual log", "N, D and loss are guessed")
      .example(
        '$0 runs.csv --law "loss = E + A/params^alpha + B/tokens^beta"',
        "a law over the table's columns",
      ),
  handler: async (given) => {
    const { runFit } = await import("../run-named-sweep.ts");
    const format = given.json ? "json" : given.format;
    await runFit(await fitSpecOf(given.table, given), { ...given, format });
  },
};

/** The sweep by which a table is fitted as the options say. */
export async function fitSpecOf(table: string, given: Partial<FitOptions>): Promise<CheckedSpec> {
  const { checkSpec } = await import("../../spec/spec.ts");
  const spec = {
    ...givenKeys(argv(given)),
    ...{ method: "fit", table: [table], fit: fitKeysOf(given), axes: axesOf(given) },
    ...analysesOf(given),
  };
  return checkSpec(spec, "fit");
}

const argv = (given: Partial<FitOptions>) => given as unknown as Record<string, unknown>;

/** The axes that the options give. */
export function axesOf({
  law,
  loss,
  delta,
  residual,
  bounds,
  prior,
}: Partial<Pick<FitOptions, "law" | "loss" | "delta" | "residual" | "bounds" | "prior">>): Record<
  string,
  unknown
> {
  return definedValues({ law, loss, delta, residual, bounds, priors: prior });
}

function fitKeysOf(given: Partial<FitOptions>): GivenKeys {
  const { x, at } = given;
  return definedValues({
    ...givenKeys(argv(given), "fit"),
    cost: given.backtest,
    x: x === undefined ? undefined : columnsOf(x),
    at: at === undefined ? undefined : [at].flat().map((point) => pairs("at", point)),
  });
}

function analysesOf({
  bootstrap,
  scheme,
  draws,
  profile,
  backtest,
  derived,
}: Partial<FitOptions>): Record<string, unknown> {
  if (scheme !== undefined && bootstrap === undefined)
    throw new UserError(
      `--scheme: ${JSON.stringify(scheme)} says how resamples are drawn; allowed: with --bootstrap N`,
    );
  if (draws && bootstrap === undefined)
    throw new UserError("--draws: there are no resamples to keep; allowed: with --bootstrap N");
  return definedValues({
    bootstrap: bootstrap && definedValues({ resamples: bootstrap, scheme, draws: draws || undefined }),
    profiles: profile,
    backtest: backtest === undefined ? undefined : {},
    derived: derived === undefined ? undefined : pairs("derived", [derived].flat().join(",")),
  });
}

/** An option of pairs of a name and an expression, in words. */
const EXAMPLES = {
  x: "N=params,D=tokens*1e9",
  at: "N=7e9,D=2e12",
  derived: "a=beta/(alpha + beta),N=N_opt(1e24)",
} as const;

/** Reads `N,D=tokens*1e9`: an input alone is the column of its name. */
function columnsOf(x: string | string[]): Record<string, string> {
  const parts = inputParts(x).map((part) => (/^[A-Za-z]\w*$/.test(part) ? `${part}=${part}` : part));
  return pairs("x", parts.join(","));
}

/** A comma outside parentheses and outside the quotation marks of a name. */
const COMMA = /,(?![^()]*\))(?=(?:[^"]*"[^"]*")*[^"]*$)/;
const COMMA_BEFORE_NAME = new RegExp(`${COMMA.source}(?=\\s*[A-Za-z]\\w*\\s*=(?!=))`);

/** The parts of `N,D=round(tokens, 2)`, inputs with or without what they are read from. */
export const inputParts = (x: string | string[]): string[] =>
  [x]
    .flat()
    .join(",")
    .split(COMMA)
    .map((part) => part.trim());

/** Reads `N=params,D=tokens*1e9`: a comma ends an expression only outside parentheses and before another name and its `=`. */
export function pairs(option: keyof typeof EXAMPLES, text: string): Record<string, string> {
  const entries = text.split(COMMA_BEFORE_NAME).map((pair): [string, string] => {
    const [, name, value] = /^\s*([A-Za-z]\w*)\s*=(?!=)\s*(.+?)\s*$/s.exec(pair) ?? [];
    if (name !== undefined && value !== undefined) return [name, value];
    throw new UserError(
      `--${option}: ${JSON.stringify(pair)}; allowed: NAME=VALUE with commas between them, such as ${EXAMPLES[option]}`,
    );
  });
  const names = entries.map(([name]) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new UserError(`--${option}: ${JSON.stringify(twice)} is given twice`);
  return Object.fromEntries(entries);
}
