import type { CommandModule } from "yargs";
import { UserError } from "../../errors.ts";
import { parseNumber } from "../../tables/numbers.ts";
import { formatOption, wholeNumber } from "../options.ts";

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
      .option("format", formatOption)
      .option("tolerance", {
        type: "string",
        requiresArg: true,
        describe: "predictions this close are the same, relative  [default: 1e-9]",
        coerce: (given: string | undefined) => {
          if (given === undefined) return undefined;
          const value = parseNumber(given);
          if (value !== undefined && value >= 0) return value;
          throw new UserError(`--tolerance: ${JSON.stringify(given)}; allowed: a number >= 0`);
        },
      })
      .option("limit", {
        type: "string",
        requiresArg: true,
        describe: "rows to print at most  [default: 40 as text]",
        coerce: wholeNumber("limit", 0),
      }),
  handler: async ({ first, second, format, tolerance, limit }) => {
    const { compareJobs } = await import("../../run/compare-jobs.ts");
    const { printFormatted } = await import("../output.ts");
    const { formatComparison } = await import("../comparison-summary.ts");
    const comparison = await compareJobs(first, second, { ...(tolerance !== undefined && { tolerance }) });
    printFormatted(formatComparison(comparison, format, limit), format);
  },
};
