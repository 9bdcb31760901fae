import type { CommandModule } from "yargs";
import {
  decimalNumber,
  formatOption,
  nameList,
  numberOption,
  switchOption,
  textOption,
  wholeNumber,
} from "../options.ts";

interface BenchArguments {
  series: string[] | undefined;
  forms: string[] | undefined;
  backends: string[] | undefined;
  peers: string[] | undefined;
  starts: number | undefined;
  seconds: number | undefined;
  repetitions: number | undefined;
  seed: number | undefined;
  real: string | undefined;
  format: "text" | "json";
  out: string | undefined;
  check: boolean;
  force: boolean;
}

const names = (option: string, describe: string) => ({
  ...textOption,
  describe,
  coerce: (given: string | undefined) => readNames(option, given),
});

/** `lawfit bench`. */
export const benchCommand: CommandModule<object, BenchArguments> = {
  builder: (yargs) =>
    yargs
      .option(
        "series",
        names("series", "series of the ladder, with commas, or none  [default: all, without --forms]"),
      )
      .option(
        "forms",
        names("forms", "built-in forms, with commas, or none  [default: all, without --series]"),
      )
      .option(
        "backends",
        names("backends", "names among native, avx2, portable, tfjs, with commas  [default: all but tfjs]"),
      )
      .option(
        "peers",
        names("peers", "programs to compare with, with commas, or none  [default: all that are installed]"),
      )
      .option("starts", {
        ...textOption,
        describe: "random starts of each problem  [default: 2000]",
        coerce: wholeNumber("starts", 1),
      })
      .option("seconds", {
        ...numberOption,
        describe: "processor time of each peer on each problem  [default: 1]",
        coerce: decimalNumber("seconds", "a number > 0", (seconds) => seconds > 0),
      })
      .option("repetitions", {
        ...numberOption,
        describe: "timed solves of lawfit, of which the median counts  [default: 5]",
        coerce: wholeNumber("repetitions", 1),
      })
      .option("seed", {
        ...numberOption,
        describe: "seed of the random numbers  [default: 0]",
        coerce: wholeNumber("seed", 0),
      })
      .option("real", {
        ...textOption,
        describe:
          "folder of the OLMo ladder's run files  [default: if found, otherwise the simulated sample]",
      })
      .option("format", formatOption(["text", "json"], "text for people; json in full precision"))
      .option("out", { ...textOption, describe: "where to write the JSON as well: a file" })
      .option("force", { ...switchOption, describe: "replace existing files" })
      .option("check", {
        ...switchOption,
        describe: "check the numbers against lawfit's requirements; exit code 1 if one fails",
      })
      .example("$0 --series none --forms chinchilla", "one form, beside all fitters that are installed")
      .example("$0 --check --out bench.json", "all problems, with a verdict on each requirement"),
  handler: async ({ format, out, check, force, ...options }) => {
    const { runBench } = await import("../../throughput/run-bench.ts");
    const { checkRows } = await import("../../throughput/report.ts");
    const { benchJson, formatBench, formatChecks } = await import("../../throughput/report.ts");
    const { printFormatted } = await import("../output.ts");
    const { progressReporter } = await import("../progress.ts");
    const { writeAtomically } = await import("../../store/atomic.ts");
    const { writeFile } = await import("node:fs/promises");
    const { demandWritable } = await import("../../tables/write.ts");
    if (out !== undefined) await demandWritable(out, force);
    const report = await runBench({ ...options, onProgress: progressReporter("measured") });
    const checks = check ? checkRows(report.rows) : undefined;
    const json = benchJson(report, checks);
    if (out !== undefined) await writeAtomically(out, (path) => writeFile(path, json));
    const text = () => formatBench(report) + (checks ? formatChecks(checks) : "");
    printFormatted(format === "json" ? json : text(), format);
    if (checks?.some(({ verdict }) => verdict === "FAIL")) process.exitCode = 1;
  },
};

/** Names separated by commas; `none` means an empty list, `all` the default. */
function readNames(option: string, given: string | undefined): string[] | undefined {
  if (given === undefined || given === "all") return undefined;
  return given === "none" ? [] : nameList(option)(given);
}
