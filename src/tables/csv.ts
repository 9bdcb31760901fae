import { type Column, cell, type Table } from "./table.ts";

/**
 * The table as CSV with a header: quoting of RFC 4180, lines that end in a line feed, numbers with every
 * digit they need to be read back the same, nothing between the commas where a value is missing.
 */
export function formatCsv(table: Table): string {
  const lines = [table.columns.map(({ name }) => quote(name)).join(",")];
  for (let row = 0; row < table.rows; row++) {
    lines.push(table.columns.map((column) => csvCell(column, row)).join(","));
  }
  return `${lines.join("\n")}\n`;
}

function csvCell(column: Column, row: number): string {
  const value = cell(column, row);
  if (value === null) return "";
  return typeof value === "string" ? quote(value, true) : String(value);
}

/** Empty text is quoted, so that it is not taken for a missing value. */
function quote(text: string, isCell = false): string {
  const needed = /[",\r\n]/.test(text) || (isCell && text === "");
  return needed ? `"${text.replaceAll('"', '""')}"` : text;
}
