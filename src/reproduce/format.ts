import { sum } from "../statistics.ts";
import { formatTable } from "../tables/format.ts";
import type { Table } from "../tables/table.ts";
import { count, number, tableOf, text } from "../tables/table-of.ts";
import { countOf, markdownTable } from "../text.ts";
import { type ComparedCell, type ComparedTable, countVerdicts } from "./compare.ts";
import { inDigitsOf } from "./paper.ts";
import type { Reproduction } from "./reproduce.ts";

export type ReproductionFormat = "text" | "md" | "json" | "csv";

/**
 * A reproduction as text: `text` and `md` have every table of the paper with our numbers in it, and a summary;
 * `json` and `csv` have a row a printed number, in full precision.
 */
export function formatReproduction(reproduction: Reproduction, format: ReproductionFormat = "text"): string {
  if (format === "json" || format === "csv")
    return formatTable(numbersTable(reproduction.tables), { format });
  return format === "md" ? formatMarkdown(reproduction) : formatText(reproduction);
}

function formatText(reproduction: Reproduction): string {
  const { paper, tables } = reproduction;
  const parts = tables.map((table) => {
    const grid = gridOf(table);
    return `${table.name}: ${table.title}\n${gridText(grid)}${grid.notes.map((note) => `  ${note}\n`).join("")}`;
  });
  return [
    `${paper.title} (${paper.source})\n`,
    ...parts,
    `${formatTable(summaryTable(tables))}${totalLine(reproduction)}\n`,
  ].join("\n");
}

function gridText({ head, rows }: Grid): string {
  const columns = head.map(
    (name, i) => ({ name, type: "string", values: rows.map((row) => row[i]!) }) as const,
  );
  const table: Table = { rows: rows.length, columns: [...columns] };
  return formatTable(table, { alignRight: head.slice(2) });
}

function formatMarkdown(reproduction: Reproduction): string {
  const { paper, tables } = reproduction;
  const parts = tables.flatMap((table) => {
    const { head, rows, notes } = gridOf(table);
    const list = notes.length === 0 ? [] : ["", ...notes.map((note) => `- ${note}`)];
    return [`## ${table.name}: ${table.title}`, "", ...markdownTable(head, rows), ...list, ""];
  });
  return [
    `# ${paper.title}`,
    "",
    `${paper.source}.`,
    "",
    ...parts,
    "## Summary",
    "",
    ...summaryMarkdown(reproduction),
    "",
  ].join("\n");
}

/** The summary in Markdown: a row a table of the paper, and a line of totals. */
export function summaryMarkdown(reproduction: Reproduction): string[] {
  const { columns, rows } = summaryTable(reproduction.tables);
  const lines = Array.from({ length: rows }, (_, row) => columns.map(({ values }) => String(values[row])));
  const head = columns.map(({ name }) => name);
  return [...markdownTable(head, lines), "", totalLine(reproduction)];
}

function totalLine({ tables, counts }: Reproduction): string {
  const { reproduced, explained, "not reproduced": not } = counts;
  const reasons = [...reasonCounts(tables)].map(([reason, count]) => `${count} ${reason}`);
  const why = reasons.length === 0 ? "" : ` (${reasons.join("; ")})`;
  const all = countOf(reproduced + explained + not, "printed number");
  return `${all}: ${reproduced} reproduced, ${explained} explained${why}, ${not} not reproduced`;
}

/** A compared table as text: for each of its rows the printed numbers, ours, and the differences. */
interface Grid {
  head: string[];
  rows: string[][];
  /** What the marks [1], [2] ... under the numbers stand for. */
  notes: string[];
}

/** Lays a compared table out. A number without a mark is reproduced. */
function gridOf({ columns, rows }: ComparedTable): Grid {
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

interface PrintedNumber {
  table: string;
  row: string;
  column: string;
  cell: ComparedCell;
}

function numbersOf(tables: readonly ComparedTable[]): PrintedNumber[] {
  return tables.flatMap(({ name, columns, rows }) =>
    rows.flatMap((row) =>
      row.cells.flatMap((cell, i) =>
        cell === undefined ? [] : [{ table: name, row: row.name, column: columns[i]!, cell }],
      ),
    ),
  );
}

/** A row a printed number, in full precision. */
function numbersTable(tables: readonly ComparedTable[]): Table {
  return tableOf<PrintedNumber>(numbersOf(tables), [
    text("table", "table of the paper"),
    text("row", "its row"),
    text("column", "its column"),
    number("printed", "number that the paper printed", ({ cell }) => cell.printed.value),
    count("decimals", "decimals that it was printed with", ({ cell }) => cell.printed.decimals),
    number("ours", "number of lawfit", ({ cell }) => cell.ours),
    number("difference", "ours - printed", ({ cell }) => cell.difference),
    text("verdict", "`reproduced`, `explained` or `not reproduced`", ({ cell }) => cell.verdict),
    text("reason", "reason of an explained number", ({ cell }) => cell.reason),
    text("evidence", "what its check found", ({ cell }) => cell.evidence),
  ]);
}

/** A row a table of the paper: how many of its numbers have each verdict. */
function summaryTable(tables: readonly ComparedTable[]): Table {
  const rows = tables.map((table) => ({ name: table.name, counts: countVerdicts([table]) }));
  return tableOf<(typeof rows)[number]>(rows, [
    text("table", "table of the paper", ({ name }) => name),
    count("numbers", "numbers that it printed", ({ counts }) => sum(Object.values(counts))),
    count("reproduced", "those that are reproduced", ({ counts }) => counts.reproduced),
    count("explained", "those whose difference is explained", ({ counts }) => counts.explained),
    count("not reproduced", "the others", ({ counts }) => counts["not reproduced"]),
  ]);
}

/** Explained numbers by reason, in the order of first use. */
function reasonCounts(tables: readonly ComparedTable[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { cell } of numbersOf(tables)) {
    if (cell.reason !== undefined) counts.set(cell.reason, (counts.get(cell.reason) ?? 0) + 1);
  }
  return counts;
}
