import type { CommandModule } from "yargs";
import { formatOption, formerJsonOption } from "../options.ts";

interface StatusArguments {
  run: string;
  format: "text" | "json";
  json: boolean;
}

/** `lawfit status RUN`. */
export const statusCommand: CommandModule<object, StatusArguments> = {
  builder: (yargs) =>
    yargs
      .positional("run", {
        type: "string",
        demandOption: true,
        describe: "run directory, or the --out that all shards were given",
      })
      .option(
        "format",
        formatOption(["text", "json"], "text for people; json, a list with an entry for each run directory"),
      )
      .option("json", formerJsonOption)
      .example("$0 runs/ladder", "how far the sweep is")
      .example("$0 night --format json", "all shards in folder night, for programs"),
  handler: async ({ run, format, json }) => {
    const { jobStatuses } = await import("../../run/job-status.ts");
    const { printData, printText } = await import("../output.ts");
    const { formatStatus } = await import("../status-summary.ts");
    const statuses = await jobStatuses(run);
    if (json || format === "json") printData(`${JSON.stringify(statuses)}\n`);
    else printText(statuses.map(formatStatus).join(""));
  },
};
