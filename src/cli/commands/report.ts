import type { CommandModule } from "yargs";

interface ReportArguments {
  run: string;
  out: string | undefined;
  format: "html" | "md" | "svg" | "png" | undefined;
  figure: string | undefined;
  theme: "light" | "dark";
  force: boolean;
}

/** `lawfit report RUN`. */
export const reportCommand: CommandModule<object, ReportArguments> = {
  builder: (yargs) =>
    yargs
      .positional("run", { type: "string", demandOption: true, describe: "run directory" })
      .option("out", {
        type: "string",
        requiresArg: true,
        describe: "file to write; a folder for pictures of all figures  [default: RUN.html, beside the run]",
      })
      .option("format", {
        choices: ["html", "md", "svg", "png"] as const,
        requiresArg: true,
        describe:
          "html: one page; md: Markdown and its pictures; svg, png: figures  [default: by the ending of --out, else html]",
      })
      .option("figure", {
        type: "string",
        requiresArg: true,
        describe: "the one figure to write as svg or png (docs/report.md)",
      })
      .option("theme", {
        choices: ["light", "dark"] as const,
        default: "light" as const,
        requiresArg: true,
        describe: "colours of svg and png; the page follows its reader's setting",
      })
      .option("force", {
        type: "boolean",
        default: false,
        describe: "replace files that are not a report of this run, or that were changed since",
      }),
  handler: async ({ run, out, format, figure, theme, force }) => {
    const { printText } = await import("../output.ts");
    const { printLine } = await import("../progress.ts");
    const { writeReport } = await import("../../report/load.ts");
    const onWarning = (line: string) => printLine(`warning: ${line}`);
    const given = { out, format, figure, theme, force, onWarning };
    const { files, drawn, missing } = await writeReport(run, given);
    const left = drawn.filter(({ drawing }) => "missing" in drawing).length;
    const [first = "nothing"] = files;
    const more = files.length > 1 ? ` and ${files.length - 1} more` : "";
    const why =
      missing.length > 0
        ? `, perhaps for want of tables that could not be read: ${missing.join(", ")}`
        : ": the run has nothing for them";
    const rest = left > 0 ? `, ${left} not drawn${why}` : "";
    printText(`wrote ${first}${more}: ${drawn.length - left} figures${rest}\n`);
  },
};
