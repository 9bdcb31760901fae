import { visibleLine } from "./visible-text.ts";

/** Lines of a table in Markdown, of cells that are Markdown. */
export function markdownTable(head: string[], rows: string[][]): string[] {
  const line = (cells: string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll(/(?<!\\)\|/g, "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}

/**
 * A text as Markdown that shows it in one line: a name is neither HTML, emphasis nor the text of a link, begins no list or
 * heading, and ends no cell and no line. A single `_` inside a word means nothing and stays.
 */
export function markdownText(text: string): string {
  return visibleLine(text)
    .trim()
    .replace(/[\\`*~<>&|[\]]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\$&")
    .replace(/^(?:[#=]|[-+](?=[-\s]|$))/, "\\$&")
    .replace(/^(\d+)([.)])(?=\s|$)/, "$1\\$2");
}
