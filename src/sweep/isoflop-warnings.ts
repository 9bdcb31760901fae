import { countOf, formatNumber } from "../tables/format.ts";
import { cell, findColumn, type Table } from "../tables/table.ts";
import type { IsoflopTables } from "./result-tables.ts";

type Row = (name: string) => string | number | boolean | null;

/**
 * Lines on numbers of an isoflop analysis that cannot be taken as they are, each with how many and the first: runs left out for their
 * loss, budgets that another tolerance would join, laws whose budgets scatter as the noise does not lead to. Their rows have the reason too.
 */
export function isoflopWarnings({
  isoflop,
  isoflop_laws,
}: Pick<IsoflopTables, "isoflop" | "isoflop_laws">): string[] {
  const budgets = rowsOf(isoflop);
  const laws = rowsOf(isoflop_laws).filter((row) => row("quantity") === "n");
  const refused = budgets.filter((row) => / not above 0 /.test(String(row("left_out_reason"))));
  const outliers = budgets.filter((row) => row("status") === "outlier");
  const joined = budgets.filter((row) => / --tolerance /.test(String(row("reason"))));
  return [
    ...tell(refused, countOf(budgets.length, "budget"), "lack runs", "left_out_reason"),
    ...tell(outliers, countOf(budgets.length, "budget"), "follow a single run", "reason"),
    ...tell(joined, countOf(budgets.length, "budget"), "may be parts of one", "reason"),
    ...["over-scattered", "under-scattered"].flatMap((status) =>
      tell(
        laws.filter((row) => row("status") === status),
        countOf(laws.length, "law"),
        `of the best size ${laws.length === 1 ? "is" : "are"} ${status}`,
        "reason",
      ),
    ),
  ];
}

function tell(rows: readonly Row[], of: string, what: string, reason: string): string[] {
  const [first] = rows;
  if (first === undefined) return [];
  const budget = first("c");
  const scatter = first("scatter");
  const which = [
    first("family"),
    first("subject"),
    typeof budget === "number" ? `c = ${formatNumber(Number(budget.toPrecision(4)))}` : null,
    typeof scatter === "number" ? `scatter ${scatter.toPrecision(2)}` : null,
  ];
  return [
    `isoflop: ${rows.length} of ${of} ${what}, such as ${which.filter((one) => one !== null).join(", ")}: ${first(reason)}`,
  ];
}

/** Rows of the first setting and level: the others say the same of the same runs. */
function rowsOf(table: Table): Row[] {
  const rows = Array.from(
    { length: table.rows },
    (_, row): Row =>
      (name) => {
        const column = findColumn(table, name);
        return column === undefined ? null : cell(column, row);
      },
  );
  const [first] = rows;
  return rows.filter((row) =>
    ["interpolation", "window", "level"].every((name) => row(name) === first!(name)),
  );
}
