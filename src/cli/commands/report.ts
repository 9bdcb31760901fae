import type { CommandModule } from "yargs";
import { switchOption, textOption } from "../options.ts";

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
        ...textOption,
        describe:
          "where to write the page, or a folder for pictures of all figures  [default: RUN.html, beside RUN]",
      })
      .option("format", {
        choices: ["html", "md", "svg", "png"] as const,
        requiresArg: true,
        describe:
          "output format: html, one page; md, Markdown and its pictures; svg, png, figures  [default: by the ending of --out, else html]",
      })
      .option("figure", { ...textOption, describe: "the one figure to write as svg or png (docs/report.md)" })
      .option("theme", {
        choices: ["light", "dark"] as const,
        default: "light" as const,
        requiresArg: true,
        describe: "colours of svg and png; the page follows its reader's setting",
      })
      .option("force", {
        ...switchOption,
        describe: "replace existing files that are not a report of this run directory, or were changed since",
      })
      .example("$0 run", "the page run.html")
      .example("$0 run --figure answer --out answer.svg", "one figure"),
  handler: async ({ run, out, format, figure, theme, force }) => {
    const { countOf } = await import("../../text.ts");
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
        ? `, perhaps because tables could not be read: ${missing.join(", ")}`
        : " because the sweep has nothing for them";
    const rest = left > 0 ? `, ${left} not drawn${why}` : "";
    printText(`wrote ${first}${more}: ${countOf(drawn.length - left, "figure")}${rest}\n`);
  },
};
