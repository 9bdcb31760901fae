import type { CommandModule } from "yargs";
import { UserError } from "../../errors.ts";
import { formatOption, nameList, REPEATABLE, switchOption, textOption } from "../options.ts";

interface ForecastArguments {
  run: string | undefined;
  target: string | string[] | undefined;
  by: string | undefined;
  tasks: readonly string[] | undefined;
  choose: string | string[] | undefined;
  table: string | string[] | undefined;
  out: string;
  verify: string | undefined;
  force: boolean;
  quiet: boolean;
  format: "text" | "json";
}

/** `lawfit forecast RUN`, and `lawfit forecast --verify FILE`. */
export const forecastCommand: CommandModule<object, ForecastArguments> = {
  builder: (yargs) =>
    yargs
      .positional("run", { type: "string", describe: "run directory of a sweep or a fit with a bootstrap" })
      .option("target", {
        ...textOption,
        describe: `what to forecast: 70B@15T (parameters@tokens), or inputs N=70e9,D=15e12; ${REPEATABLE}`,
      })
      .option("by", { ...textOption, describe: "day by which it is to be known: 2027-01-31" })
      .option("tasks", {
        ...textOption,
        describe: `tasks to forecast, with commas; ${REPEATABLE}  [default: those of the run]`,
        coerce: nameList("tasks"),
      })
      .option("choose", {
        ...textOption,
        describe: `design choice, where the run has several: law=kaplan; ${REPEATABLE}  [default: the configuration that the report opens with]`,
      })
      .option("table", {
        ...textOption,
        describe: `checkpoint table of the run, where it is now; ${REPEATABLE}  [default: where it was]`,
      })
      .option("out", {
        ...textOption,
        default: "forecast.json",
        describe: "where to write the forecast; its page goes beside it, as .md",
      })
      .option("verify", {
        ...textOption,
        describe: "forecast, or scored forecast, whose seal is checked; nothing is forecast",
        conflicts: ["run", "target", "by"],
      })
      .option("force", { ...switchOption, describe: "replace existing files" })
      .option("quiet", { ...switchOption, describe: "print nothing but warnings and errors" })
      .option("format", formatOption(["text", "json"], "text for people; json, the forecast"))
      .example("$0 run --target 70B@15T --by 2099-01-31", "forecast.json and forecast.md (docs/forecast.md)")
      .example("$0 --verify forecast.json", "whether it is as it was sealed"),
  handler: async (given) => {
    const { printData, printText } = await import("../output.ts");
    const isJson = given.format === "json";
    if (given.verify !== undefined) return verify(given.verify, isJson);
    const { run, target, by, tasks, out, force, quiet } = given;
    if (run === undefined)
      throw new UserError(
        "<run> is missing: run directory of a sweep or a fit with a bootstrap; see lawfit forecast --help",
      );
    const { forecastRun } = await import("../../forecast/forecast-run.ts");
    const { demandNewFiles, pagePath, writeForecast } = await import("../../forecast/files.ts");
    const { printLine } = await import("../progress.ts");
    await demandNewFiles([out, pagePath(out)], force);
    const forecast = await forecastRun(run, {
      targets: target === undefined ? [] : [target].flat(),
      // The day is checked where the forecast is made.
      by: by as string,
      tasks,
      choose: choices(given.choose),
      table: given.table === undefined ? undefined : [given.table].flat(),
      onWarning: (line) => printLine(`warning: ${line}`),
      ...(!quiet && !isJson && { onStatus: printLine }),
    });
    const files = await writeForecast(out, forecast);
    if (isJson) return printData(`${JSON.stringify(forecast, null, 2)}\n`);
    const { formatForecast } = await import("../../forecast/format.ts");
    if (!quiet) printText(`${formatForecast(forecast)}wrote ${files.join(", ")}\n`);
  },
};

function choices(given: string | string[] | undefined): Record<string, string> {
  const pairs = (given === undefined ? [] : [given].flat()).map((text): [string, string] => {
    const at = text.indexOf("=");
    if (at > 0 && at < text.length - 1) return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
    throw new UserError(`--choose: ${JSON.stringify(text)}; allowed: CHOICE=VALUE, such as law=kaplan`);
  });
  return Object.fromEntries(pairs);
}

/** Says whether a forecast, or a scored one, is as it was sealed. @throws UserError where it is not */
async function verify(path: string, isJson: boolean): Promise<void> {
  const { checkForecast } = await import("../../forecast/document.ts");
  const { readSealed } = await import("../../forecast/seal.ts");
  const { printData, printText } = await import("../output.ts");
  const { readScored } = await import("../../forecast/score.ts");
  const { document, check } = await readSealed(path);
  if (isJson) printData(`${JSON.stringify({ file: path, ...check })}\n`);
  if (!check.sealed) throw new UserError(`${path}: unsealed: ${check.reason}`);
  const isScored = document.kind === "scored-forecast";
  const { sealed, by } = isScored ? (await readScored(path)).forecast : checkForecast(document, path);
  if (!isJson) printText(`${path}: sealed ${sealed}, to be known by ${by}; SHA-256 ${check.sha256}\n`);
}
