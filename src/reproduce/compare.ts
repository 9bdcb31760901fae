import { UserError } from "../errors.ts";
import { explainCell } from "./explain.ts";
import type { Paper, PublishedCell, PublishedTable } from "./paper.ts";
import { type Printed, roundsTo } from "./printed.ts";
import type { Results } from "./results.ts";

export type Verdict = "reproduced" | "explained" | "not reproduced";

/** A printed number beside ours. */
export interface ComparedCell {
  printed: Printed;
  /** In the unit of the printed one. */
  ours: number;
  /** ours - printed. */
  difference: number;
  verdict: Verdict;
  /** `rounding`, `local optimum`, `flat valley`, `undefined cells`; undefined unless explained. */
  reason: string | undefined;
  /** What the reason rests on, or why a reason that was tried does not hold. */
  evidence: string | undefined;
}

/** A table of a paper with our numbers in it. */
export interface ComparedTable {
  name: string;
  title: string;
  columns: readonly string[];
  rows: readonly { name: string; cells: readonly (ComparedCell | undefined)[] }[];
}

/**
 * Compares every printed number with that of a sweep. Tables of targets are left out where the sweep has none.
 *
 * @param source the checkpoint table, for messages
 * @throws UserError where the sweep has no number to compare with
 */
export function comparePaper(paper: Paper, results: Results, source: string): ComparedTable[] {
  const compareRow = (table: PublishedTable, row: PublishedTable["rows"][number]) =>
    row.cells.map((cell, i) => {
      if (cell === undefined) return undefined;
      const compared = compareCell(cell, paper, results);
      if (Number.isFinite(compared.ours)) return compared;
      throw new UserError(
        `${source}: nothing to hold against ${table.name}, ${row.name}, ${table.columns[i]}: ` +
          `the measured value of ${cell.quantity.tasks.join(", ")} is missing`,
      );
    });
  const tables = paper.tables.filter(({ needsTargets = false }) => results.hasPredictions || !needsTargets);
  return tables.map((table) => {
    const { name, title, columns, rows } = table;
    return {
      name,
      title,
      columns,
      rows: rows.map((row) => ({ name: row.name, cells: compareRow(table, row) })),
    };
  });
}

function compareCell(cell: PublishedCell, paper: Paper, results: Results): ComparedCell {
  const { printed, quantity, design } = cell;
  const ours = quantity.value(results, () => design);
  const base = { printed, ours, difference: ours - printed.value };
  if (roundsTo(ours, printed)) {
    return { ...base, verdict: "reproduced", reason: undefined, evidence: undefined };
  }
  const explained = explainCell(cell, paper, results);
  if ("failed" in explained) {
    return { ...base, verdict: "not reproduced", reason: undefined, evidence: explained.failed || undefined };
  }
  return { ...base, verdict: "explained", ...explained };
}

/** Cells of each verdict. */
export function countVerdicts(tables: readonly ComparedTable[]): Record<Verdict, number> {
  const counts = { reproduced: 0, explained: 0, "not reproduced": 0 };
  for (const { rows } of tables) {
    for (const { cells } of rows) {
      for (const cell of cells) if (cell !== undefined) counts[cell.verdict]++;
    }
  }
  return counts;
}
