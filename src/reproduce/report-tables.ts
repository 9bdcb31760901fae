import { tableOf } from "../sweep/table-of.ts";
import type { Table } from "../tables/table.ts";
import { type ComparedCell, type ComparedTable, countVerdicts } from "./compare.ts";

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
export function numbersTable(tables: readonly ComparedTable[]): Table {
  return tableOf<PrintedNumber>(numbersOf(tables), [
    { name: "table", type: "string", value: ({ table }) => table },
    { name: "row", type: "string", value: ({ row }) => row },
    { name: "column", type: "string", value: ({ column }) => column },
    { name: "printed", type: "float64", value: ({ cell }) => cell.printed.value },
    { name: "decimals", type: "int64", value: ({ cell }) => cell.printed.decimals },
    { name: "ours", type: "float64", value: ({ cell }) => cell.ours },
    { name: "difference", type: "float64", value: ({ cell }) => cell.difference },
    { name: "verdict", type: "string", value: ({ cell }) => cell.verdict },
    { name: "reason", type: "string", value: ({ cell }) => cell.reason ?? null },
    { name: "evidence", type: "string", value: ({ cell }) => cell.evidence ?? null },
  ]);
}

/** A row a table of the paper: how many of its numbers have each verdict. */
export function summaryTable(tables: readonly ComparedTable[]): Table {
  const rows = tables.map((table) => ({ name: table.name, counts: countVerdicts([table]) }));
  return tableOf<(typeof rows)[number]>(rows, [
    { name: "table", type: "string", value: ({ name }) => name },
    { name: "numbers", type: "int64", value: ({ counts }) => sum(Object.values(counts)) },
    { name: "reproduced", type: "int64", value: ({ counts }) => counts.reproduced },
    { name: "explained", type: "int64", value: ({ counts }) => counts.explained },
    { name: "not reproduced", type: "int64", value: ({ counts }) => counts["not reproduced"] },
  ]);
}

/** Explained numbers by reason, in the order of first use. */
export function reasonCounts(tables: readonly ComparedTable[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { cell } of numbersOf(tables)) {
    if (cell.reason !== undefined) counts.set(cell.reason, (counts.get(cell.reason) ?? 0) + 1);
  }
  return counts;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
