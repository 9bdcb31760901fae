import { markdownTable } from "../markdown.ts";
import { countOf, formatTable } from "../tables/format.ts";
import type { Table } from "../tables/table.ts";
import { type Grid, gridOf } from "./grid.ts";
import { numbersTable, reasonCounts, summaryTable } from "./report-tables.ts";
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
