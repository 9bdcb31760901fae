import type { IsoflopTables } from "../sweep/result-tables.ts";
import { formatNumber, formatTable, type TextFormat } from "../tables/format.ts";
import { type Column, findColumn, type Table } from "../tables/table.ts";
import { rowsOf, text, value } from "./table-cells.ts";

const MOST_ROWS = 60;

/**
 * An isoflop analysis for people, with the intervals of the first level: the best size of each budget, and how size and tokens grow
 * with the budget. Settings are shown where there are several.
 */
export function formatIsoflop({ isoflop, isoflop_laws }: IsoflopTables, maxRows = MOST_ROWS): string {
  return `${formatBudgets(isoflop, maxRows)}\n${formatLaws(isoflop_laws, maxRows)}`;
}

/**
 * An analysis in a format: text as `formatIsoflop` has it, JSON as one object of two arrays, CSV as one table.
 *
 * @param only the one table that is wanted; of CSV `isoflop` where none is named
 */
export function formatIsoflopAs(
  tables: IsoflopTables,
  format: TextFormat,
  only: keyof IsoflopTables | undefined,
): string {
  const all = Number.POSITIVE_INFINITY;
  if (format === "csv") return formatTable(tables[only ?? "isoflop"], { format });
  if (format === "json") {
    if (only !== undefined) return formatTable(tables[only], { format });
    const [budgets, laws] = [tables.isoflop, tables.isoflop_laws].map((table) =>
      formatTable(table, { format }),
    );
    return `{"isoflop": ${budgets!.trimEnd()},\n"isoflop_laws": ${laws!.trimEnd()}}\n`;
  }
  if (only === undefined) return formatIsoflop(tables, all);
  return only === "isoflop" ? formatBudgets(tables.isoflop, all) : formatLaws(tables.isoflop_laws, all);
}

function formatBudgets(table: Table, maxRows: number): string {
  const view = viewOf(table);
  return view(
    [
      ["c", (row) => significant(table, "c", row)],
      ["sizes", (row) => text(table, "sizes", row)],
      ["best n", (row) => significant(table, "n", row)],
      ["% of it", (row) => ends(table, "n_", row)],
      ["d", (row) => significant(table, "d", row)],
      ["loss", (row) => decimal(table, "loss", row, 4)],
      ["at edges", (row) => percent(value(table, "edge_share", row))],
      ["status", (row) => text(table, "status", row)],
    ],
    maxRows,
  );
}

function formatLaws(table: Table, maxRows: number): string {
  const view = viewOf(table);
  return view(
    [
      ["", (row) => text(table, "quantity", row)],
      ["exponent of c", (row) => decimal(table, "exponent", row, 3)],
      ["% of it", (row) => between(table, "exponent_", row, 3)],
      ["by scatter", (row) => plusMinus(decimal(table, "standard_error", row, 3))],
      ["coefficient", (row) => significant(table, "coefficient", row)],
      ["budgets", (row) => text(table, "budgets", row)],
      ["left out", (row) => text(table, "left_out", row)],
      ["scatter", (row) => decimal(table, "scatter", row, 2)],
      ["status", (row) => text(table, "status", row)],
    ],
    maxRows,
  );
}

type Show = readonly [name: string, show: (row: number) => string];

/** Formats columns of the rows of the first level, after those that tell rows apart and differ among them. */
function viewOf(table: Table): (shown: readonly Show[], maxRows: number) => string {
  const level = value(table, "level", 0);
  const rows = rowsOf(table).filter((row) => value(table, "level", row) === level);
  const differs = (name: string) => new Set(findColumn(table, name)?.values as Iterable<unknown>).size > 1;
  const identity = ["family", "subject", "interpolation", "window"].filter(
    (name) => name === "subject" || differs(name),
  );
  return (shown, maxRows) => {
    const columns = [
      ...identity.map((name): Show => [name, (row) => String(value(table, name, row) ?? "")]),
      ...shown,
    ].map(([name, show]): Column => {
      const head = name.startsWith("%") ? `${percent(level)} ${name.slice(2)}` : name;
      return { name: head, type: "string", values: rows.map(show) };
    });
    return formatTable({ rows: rows.length, columns }, { maxRows });
  };
}

function percent(share: unknown): string {
  return typeof share === "number" ? `${Number((100 * share).toPrecision(3))} %` : "";
}

function significant(table: Table, name: string, row: number): string {
  const found = value(table, name, row);
  return typeof found === "number" ? formatNumber(Number(found.toPrecision(4))) : "";
}

function decimal(table: Table, name: string, row: number, digits: number): string {
  const found = value(table, name, row);
  return typeof found === "number" ? found.toFixed(digits) : "";
}

function ends(table: Table, prefix: string, row: number): string {
  const [lower, upper] = [
    significant(table, `${prefix}lower`, row),
    significant(table, `${prefix}upper`, row),
  ];
  return lower === "" || upper === "" ? "" : `${lower}..${upper}`;
}

function plusMinus(error: string): string {
  return error === "" ? "" : `± ${error}`;
}

function between(table: Table, prefix: string, row: number, digits: number): string {
  const [lower, upper] = ["lower", "upper"].map((end) => decimal(table, `${prefix}${end}`, row, digits));
  return lower === "" || upper === "" ? "" : `${lower}..${upper}`;
}
