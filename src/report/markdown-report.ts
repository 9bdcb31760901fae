import { markdownTable, markdownText } from "../text.ts";
import { checklist, checklistMarkdown } from "./checklist.ts";
import type { ReportJob } from "./read-job.ts";
import type { DrawnFigure } from "./report.ts";
import { summarise } from "./summary.ts";

/**
 * The report in Markdown: predictions, facts about the job, figures and checklist.
 *
 * @param pictureOf returns the path of a figure's file relative to the Markdown file
 */
export function reportMarkdown(
  job: ReportJob,
  drawn: readonly DrawnFigure[],
  pictureOf: (name: string) => string,
): string {
  const { head, lines, cautions, rows, intervalKind, facts } = summarise(job);
  const answer = markdownTable(
    [head, "target", "predicted", intervalKind || "interval", "measured", "error", ""].map(markdownText),
    rows.map(({ task, target, predicted, interval, actual, error, mark }) => {
      return [task, target, predicted, interval, actual, error, mark].map(markdownText);
    }),
  );
  const pictures = drawn.flatMap(({ figure, drawing }) =>
    "missing" in drawing
      ? []
      : [
          ...[`### ${figure.title}`, "", `![${figure.title}](${linkOf(pictureOf(figure.name))})`, ""],
          ...[markdownText(drawing.caption), ""],
        ],
  );
  const missing = drawn.flatMap(({ figure, drawing }) =>
    "missing" in drawing ? [`- ${figure.title}: ${markdownText(drawing.missing)}`] : [],
  );
  return [
    `# ${markdownText(job.directory)}`,
    "",
    ...lines.map(markdownText),
    "",
    ...openingTable(job),
    ...(rows.length > 0 ? [...answer, ""] : []),
    ...cautions.map((line) => `> ${markdownText(line)}\n`),
    "## What was run",
    "",
    ...markdownTable(
      ["", ""],
      facts.map((fact) => fact.map(markdownText)),
    ),
    "",
    "## Figures",
    "",
    ...pictures,
    ...(missing.length > 0 ? ["Not drawn:", "", ...missing, ""] : []),
    "## Reporting checklist",
    "",
    checklistMarkdown(checklist(job)),
  ].join("\n");
}

/** The table that the method opens its reports with. */
function openingTable({ opening }: ReportJob): string[] {
  if (opening === undefined || opening.rows.length === 0) return [];
  const cells = opening.rows.map((row) => row.map(markdownText));
  return [...markdownTable(opening.head.map(markdownText), cells), ""];
}

/** A path as the destination of a link. */
function linkOf(path: string): string {
  return encodeURI(path).replace(/[()#?]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
}
