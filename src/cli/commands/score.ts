import type { CommandModule } from "yargs";
import { UserError } from "../../errors.ts";
import { formatOption, REPEATABLE, switchOption, textOption } from "../options.ts";

interface ScoreArguments {
  forecast: string;
  actual: string | string[] | undefined;
  table: string | string[] | undefined;
  out: string | undefined;
  force: boolean;
  format: "text" | "json";
}

/** `lawfit score FORECAST`, and `lawfit score DIR`. */
export const scoreCommand: CommandModule<object, ScoreArguments> = {
  builder: (yargs) =>
    yargs
      .positional("forecast", {
        type: "string",
        demandOption: true,
        describe: "forecast, scored forecast, or a folder of scored forecasts",
      })
      .option("actual", { ...textOption, describe: `what came of a quantity: loss=2.234; ${REPEATABLE}` })
      .option("table", {
        ...textOption,
        describe: `checkpoint table that has the finished run, found by its parameters and tokens; ${REPEATABLE}`,
      })
      .conflicts("actual", "table")
      .option("force", { ...switchOption, describe: "replace existing files" })
      .option("out", {
        ...textOption,
        describe:
          "where to write the scored forecast; of a folder the figure, .svg or .png  [default: FORECAST.scored.json; no figure]",
      })
      .option("format", formatOption(["text", "json"], "text for people; json in full precision"))
      .example("$0 forecast.json --actual loss=2.234", "errors, intervals, and rivals (docs/forecast.md)")
      .example("$0 forecasts --out calibration.svg", "how often intervals held over many forecasts"),
  handler: async (given) => {
    const { isFolder } = await import("../../store/disk-errors.ts");
    const { forecast } = given;
    await ((await isFolder(forecast)) ? calibrate(forecast, given) : scoreFile(forecast, given));
  },
};

async function scoreFile(path: string, given: ScoreArguments): Promise<void> {
  const { actual, table, out, force, format } = given;
  const { printData, printText } = await import("../output.ts");
  const { demandNewFiles, scoredPath, writeScored } = await import("../../forecast/files.ts");
  const { formatScored } = await import("../../forecast/format.ts");
  const { kindOfFile, readScored, scoreForecast, scoresOf } = await import("../../forecast/score.ts");
  const isScored = (await kindOfFile(path)) === "scored-forecast";
  if (isScored && (actual ?? table ?? out) !== undefined)
    throw new UserError(
      `${path}: is scored already; allowed: the forecast itself with --actual or --table, or this file alone`,
    );
  const target = out ?? scoredPath(path);
  if (!isScored) await demandNewFiles([target], force);
  const scored = isScored
    ? await readScored(path)
    : await scoreForecast(path, {
        ...(actual !== undefined && { actual: actuals([actual].flat()) }),
        ...(table !== undefined && { table: [table].flat() }),
      });
  if (!isScored) await writeScored(target, scored);
  if (format === "json") {
    const { forecast, seal: own, ...rest } = scored;
    const { seal, sealed, by } = forecast;
    return printData(
      `${JSON.stringify({ ...rest, sealed, by, seal: seal.sha256, scored_seal: own.sha256, scores: scoresOf(scored) }, null, 2)}\n`,
    );
  }
  printText(`${formatScored(scored)}${isScored ? "" : `wrote ${target}\n`}`);
}

/** Reads `loss=2.234`: a name may hold `=`, as that of inputs does. */
function actuals(given: readonly string[]): Record<string, number> {
  const entries = given.map((text): [string, number] => {
    const at = text.lastIndexOf("=");
    const [name, value] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
    if (at > 0 && value !== "" && Number.isFinite(Number(value))) return [name, Number(value)];
    throw new UserError(`--actual: ${JSON.stringify(text)}; allowed: QUANTITY=NUMBER, such as loss=2.234`);
  });
  const names = entries.map(([name]) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw new UserError(`--actual: ${JSON.stringify(twice)} is given twice; allowed: once`);
  return Object.fromEntries(entries);
}

async function calibrate(folder: string, given: ScoreArguments): Promise<void> {
  const { actual, table, out } = given;
  const { printData, printText } = await import("../output.ts");
  const { countOf } = await import("../../text.ts");
  const { calibrationOf, readScoredFolder } = await import("../../forecast/calibration.ts");
  const { formatCalibration } = await import("../../forecast/format.ts");
  if ((actual ?? table) !== undefined)
    throw new UserError(
      `${folder}: is a folder, whose scored forecasts are counted; allowed: --actual and --table with one forecast`,
    );
  const { scored, passedOver } = await readScoredFolder(folder);
  const calibration = calibrationOf(scored);
  if (out !== undefined) {
    const { writeCalibrationFigure } = await import("../../forecast/calibration-figure.ts");
    await writeCalibrationFigure(out, calibration, given.force);
  }
  if (given.format === "json") {
    const { recordsOf } = await import("../../draw/records.ts");
    const [intervals, errors] = [recordsOf(calibration.intervals), recordsOf(calibration.errors)];
    return printData(
      `${JSON.stringify({ forecasts: scored.length, passed_over: passedOver, intervals, errors }, null, 2)}\n`,
    );
  }
  const others = passedOver === 0 ? "" : `${countOf(passedOver, "other JSON file")} passed over\n`;
  printText(`${formatCalibration(calibration)}${others}${out === undefined ? "" : `wrote ${out}\n`}`);
}
