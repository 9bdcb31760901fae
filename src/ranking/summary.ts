import { formatTable } from "../tables/format.ts";
import { rowsOf, shownAt, type Table, textColumn, valueAt } from "../tables/table.ts";
import { percent } from "../text.ts";

const MOST_ROWS = 60;

/** A ranking for people, with the intervals of the first level: rank, prediction, and the chance to be the first. Axes that vary have a column. */
export function formatRanking(ranking: Table, axes: readonly string[]): string {
  if (ranking.rows === 0) return "\nno ranking: nothing is predicted\n";
  const level = valueAt(ranking, "level", 0);
  const rows = rowsOf(ranking).filter((row) => valueAt(ranking, "level", row) === level);
  const column = (name: string, show: (row: number) => string) => textColumn(name, rows, show);
  const digits = (name: string, row: number): string => {
    const value = valueAt(ranking, name, row);
    return typeof value === "number" && Number.isFinite(value) ? value.toFixed(4) : "";
  };
  const varying = axes.filter((axis) => new Set(rows.map((row) => shownAt(ranking, axis, row))).size > 1);
  const isDrawn = rows.some((row) => Number(valueAt(ranking, "draws", row)) > 0);
  const columns = [
    ...["task", "target", ...varying].map((name) => column(name, (row) => shownAt(ranking, name, row))),
    column("rank", (row) => `${shownAt(ranking, "rank", row)} of ${shownAt(ranking, "candidates", row)}`),
    column("predicted", (row) => digits("predicted", row)),
    ...(isDrawn
      ? [
          column(
            `${percent(Number(level), 6)} interval`,
            (row) => `${digits("lower", row)}..${digits("upper", row)}`,
          ),
          column("first in", (row) => percent(Number(valueAt(ranking, "first", row) ?? 0), 3)),
        ]
      : []),
    column("actual rank", (row) => shownAt(ranking, "actual_rank", row)),
  ];
  return `\nranking by what is predicted\n${formatTable({ rows: rows.length, columns }, { maxRows: MOST_ROWS })}`;
}
