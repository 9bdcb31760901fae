import { markdownTable } from "../markdown.ts";
import { checklist, checklistMarkdown } from "./checklist.ts";
import type { DrawnFigure } from "./report.ts";
import type { ReportRun } from "./run.ts";
import { summarise } from "./summary.ts";

/**
 * The report in Markdown: answer, what was run, figures, checklist.
 *
 * @param pictureOf the path of a figure's file, as the Markdown names it
 */
export function reportMarkdown(
  run: ReportRun,
  drawn: readonly DrawnFigure[],
  pictureOf: (name: string) => string,
): string {
  const { head, lines, cautions, rows, intervalKind, facts } = summarise(run);
  const answer = markdownTable(
    [head, "target", "predicted", intervalKind || "interval", "measured", "error", ""],
    rows.map(({ task, target, predicted, interval, actual, error, mark }) => {
      return [task, target, predicted, interval, actual, error, mark];
    }),
  );
  const pictures = drawn.flatMap(({ figure, drawing }) =>
    "missing" in drawing
      ? []
      : [`### ${figure.title}`, "", `![${figure.title}](${pictureOf(figure.name)})`, "", drawing.caption, ""],
  );
  const missing = drawn.flatMap(({ figure, drawing }) =>
    "missing" in drawing ? [`- ${figure.title}: ${drawing.missing}`] : [],
  );
  return [
    `# ${run.directory}`,
    "",
    ...lines,
    "",
    ...(rows.length > 0 ? [...answer, ""] : []),
    ...cautions.map((line) => `> ${line}\n`),
    "## What was run",
    "",
    ...markdownTable(
      ["", ""],
      facts.map(([name, value]) => [name, value]),
    ),
    "",
    "## Figures",
    "",
    ...pictures,
    ...(missing.length > 0 ? ["Not drawn:", "", ...missing, ""] : []),
    "## Reporting checklist",
    "",
    checklistMarkdown(checklist(run)),
  ].join("\n");
}
