import type { CommandModule } from "yargs";

interface StatusArguments {
  run: string;
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
      .option("json", {
        type: "boolean",
        default: false,
        describe: "print JSON: a list with an entry for each run directory",
      }),
  handler: async ({ run, json }) => {
    const { jobStatuses } = await import("../../run/job-status.ts");
    const { printData, printText } = await import("../output.ts");
    const { formatStatus } = await import("../status-summary.ts");
    const statuses = await jobStatuses(run);
    if (json) printData(`${JSON.stringify(statuses)}\n`);
    else printText(statuses.map(formatStatus).join(""));
  },
};
