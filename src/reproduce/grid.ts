import type { ComparedCell, ComparedTable } from "./compare.ts";
import { inDigitsOf } from "./printed.ts";

/** A compared table as text: for each of its rows the printed numbers, ours, and the differences. */
export interface Grid {
  head: string[];
  rows: string[][];
  /** What the marks [1], [2] ... under the numbers stand for. */
  notes: string[];
}

/** Lays a compared table out. A number without a mark is reproduced. */
export function gridOf({ columns, rows }: ComparedTable): Grid {
  const notes: string[] = [];
  const mark = (cell: ComparedCell): string => {
    if (cell.verdict === "reproduced") return "";
    const why = [cell.reason, cell.evidence].filter((part) => part !== undefined).join(": ");
    notes.push(`[${notes.length + 1}] ${cell.verdict}${why === "" ? "" : `, ${why}`}`);
    return `${cell.verdict === "explained" ? "" : "NOT "}[${notes.length}]`;
  };
  const lines = rows.flatMap(({ name, cells }) => {
    const line = (head: string, label: string, text: (cell: ComparedCell) => string) => [
      head,
      label,
      ...cells.map((cell) => (cell === undefined ? "" : text(cell))),
    ];
    const marks = line("", "", mark);
    return [
      line(name, "printed", ({ printed }) => printed.text),
      line("", "ours", ({ printed, ours }) => inDigitsOf(ours, printed)),
      line("", "off by", ({ printed, difference }) => inDigitsOf(difference, printed)),
      ...(marks.every((text) => text === "") ? [] : [marks]),
    ];
  });
  return { head: ["", "", ...columns], rows: lines, notes };
}
