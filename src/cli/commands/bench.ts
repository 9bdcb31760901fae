import type { CommandModule } from "yargs";
import { UserError } from "../../errors.ts";
import { nameList, wholeNumber } from "../options.ts";

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

const names = (option: string, describe: string) =>
  ({
    type: "string",
    requiresArg: true,
    describe,
    coerce: (given: string | undefined) => readNames(option, given),
  }) as const;

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
        type: "string",
        requiresArg: true,
        describe: "random starts of each problem  [default: 2000]",
        coerce: wholeNumber("starts", 1),
      })
      .option("seconds", {
        type: "string",
        requiresArg: true,
        describe: "time of each peer on each problem  [default: 1]",
        coerce: readSeconds,
      })
      .option("repetitions", {
        type: "string",
        requiresArg: true,
        describe: "timed solves of lawfit, of which the median counts  [default: 5]",
        coerce: wholeNumber("repetitions", 1),
      })
      .option("seed", {
        type: "string",
        requiresArg: true,
        describe: "seed of the starts  [default: 0]",
        coerce: wholeNumber("seed", 0),
      })
      .option("real", {
        type: "string",
        requiresArg: true,
        describe:
          "folder of the OLMo ladder's run files  [default: if found, otherwise the simulated sample]",
      })
      .option("format", { choices: ["text", "json"] as const, default: "text" as const, requiresArg: true })
      .option("out", { type: "string", requiresArg: true, describe: "file to write the JSON to as well" })
      .option("force", { type: "boolean", default: false, describe: "replace an existing file" })
      .option("check", {
        type: "boolean",
        default: false,
        describe: "check the numbers against lawfit's requirements; exit code 1 if one fails",
      }),
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

function readSeconds(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const seconds = given.trim() === "" ? Number.NaN : Number(given);
  if (seconds > 0 && Number.isFinite(seconds)) return seconds;
  throw new UserError(`--seconds: ${JSON.stringify(given)}; allowed: a number > 0`);
}
