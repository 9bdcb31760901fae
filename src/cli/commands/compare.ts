import type { CommandModule } from "yargs";
import { decimalNumber, numberOption, tableFormatOption, wholeNumber } from "../options.ts";

interface CompareArguments {
  first: string;
  second: string;
  format: "text" | "json" | "csv";
  tolerance: number | undefined;
  limit: number | undefined;
}

/** `lawfit compare RUN_A RUN_B`. */
export const compareCommand: CommandModule<object, CompareArguments> = {
  builder: (yargs) =>
    yargs
      .positional("first", { type: "string", demandOption: true, describe: "run directory" })
      .positional("second", { type: "string", demandOption: true, describe: "run directory" })
      .option("format", tableFormatOption)
      .option("tolerance", {
        ...numberOption,
        describe: "largest relative difference of predictions that count as the same  [default: 1e-9]",
        coerce: decimalNumber("tolerance", "a number >= 0", (value) => value >= 0),
      })
      .option("limit", {
        ...numberOption,
        describe: "largest number of rows to print  [default: 40 as text]",
        coerce: wholeNumber("limit", 0),
      })
      .example("$0 run-a run-b", "the sweeps' differences, and the predictions that changed most")
      .example("$0 run-a run-b --format csv > changed.csv", "all predictions that changed"),
  handler: async ({ first, second, format, tolerance, limit }) => {
    const { compareJobs } = await import("../../run/compare-jobs.ts");
    const { printFormatted } = await import("../output.ts");
    const { formatComparison } = await import("../comparison-summary.ts");
    const comparison = await compareJobs(first, second, { ...(tolerance !== undefined && { tolerance }) });
    printFormatted(formatComparison(comparison, format, limit), format);
  },
};
