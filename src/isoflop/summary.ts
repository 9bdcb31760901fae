import { formatTable, type TextFormat } from "../tables/format.ts";
import { type Column, findColumn, numberAt, rowsOf, shownAt, type Table, valueAt } from "../tables/table.ts";
import { formatNumber, percent } from "../text.ts";
import type { IsoflopTables } from "./tables.ts";

const ALL = Number.POSITIVE_INFINITY;

/** Tables that are printed; a job directory has the points too. */
export type PrintedIsoflop = "isoflop" | "isoflop_laws";

/**
 * An analysis in a format: text for people, JSON as one object of two arrays, CSV as one table.
 *
 * @param only the one table that is wanted; of CSV `isoflop` where none is named
 */
export function formatIsoflopAs(
  tables: Pick<IsoflopTables, PrintedIsoflop>,
  format: TextFormat,
  only: PrintedIsoflop | undefined,
): string {
  if (format === "csv") return formatTable(tables[only ?? "isoflop"], { format });
  if (format === "json") {
    if (only !== undefined) return formatTable(tables[only], { format });
    const [budgets, laws] = [tables.isoflop, tables.isoflop_laws].map((table) =>
      formatTable(table, { format }),
    );
    return `{"isoflop": ${budgets!.trimEnd()},\n"isoflop_laws": ${laws!.trimEnd()}}\n`;
  }
  const parts = {
    isoflop: formatBudgets(tables.isoflop) + reasons(tables.isoflop),
    isoflop_laws: formatLaws(tables.isoflop_laws) + reasons(tables.isoflop_laws),
  };
  return only === undefined ? `${parts.isoflop}\n${parts.isoflop_laws}` : parts[only];
}

type Show = readonly [name: string, show: (row: number) => string];

/** The best size of each budget for people, with the intervals of the first level. */
function formatBudgets(table: Table): string {
  return view(table, [
    ["c", (row) => significant(table, "c", row)],
    ["sizes", (row) => shownAt(table, "sizes", row)],
    ["best n", (row) => significant(table, "n", row)],
    [`${percent(Number(valueAt(table, "level", 0)), 3)} of it`, (row) => between(table, "n_", row)],
    ["d", (row) => significant(table, "d", row)],
    ["loss", (row) => decimals(4)(table, "loss", row)],
    ["at edges", (row) => percent(numberAt(table, "edge_share", row), 3)],
    ["status", (row) => shownAt(table, "status", row)],
  ]);
}

/** How size and tokens grow with the budget, for people, with the intervals of the first level. */
export function formatLaws(table: Table, maxRows = ALL): string {
  const columns: Show[] = [
    ["of", (row) => shownAt(table, "quantity", row)],
    ["exponent of c", (row) => decimals(3)(table, "exponent", row)],
    [`${percent(Number(valueAt(table, "level", 0)), 3)} of it`, (row) => betweenExponents(table, row)],
    ["by scatter", (row) => plusMinus(valueAt(table, "standard_error", row))],
    ["coefficient", (row) => significant(table, "coefficient", row)],
    ["budgets", (row) => shownAt(table, "budgets", row)],
    ["left out", (row) => shownAt(table, "left_out", row)],
    ["scatter", (row) => decimals(1)(table, "scatter", row)],
    ["status", (row) => shownAt(table, "status", row)],
  ];
  return view(table, columns, maxRows);
}

/** Why rows have the status that they have, a line for each reason. */
function reasons(table: Table): string {
  const reasonOf = new Map<string, string>();
  for (const row of rowsOf(table)) {
    const reason = valueAt(table, "reason", row);
    if (typeof reason === "string")
      reasonOf.set(`${shownAt(table, "status", row)}: ${shownAt(table, "reason", row)}`, reason);
  }
  return reasonOf.size === 0 ? "" : `\n${[...reasonOf.keys()].map((line) => `${line}\n`).join("")}`;
}

/** Columns of the rows of the first level, after those that tell rows apart and differ among them. */
function view(table: Table, shown: readonly Show[], maxRows = ALL): string {
  const level = valueAt(table, "level", 0);
  const rows = rowsOf(table).filter((row) => valueAt(table, "level", row) === level);
  const differs = (name: string) => new Set(findColumn(table, name)?.values as Iterable<unknown>).size > 1;
  const identity = ["family", "subject", "interpolation", "window"]
    .filter((name) => name === "subject" || differs(name))
    .map((name): Show => [name, (row) => String(valueAt(table, name, row) ?? "")]);
  const columns = [...identity, ...shown].map(([name, show]): Column => {
    return { name, type: "string", values: rows.map(show) };
  });
  const alignRight = shown.map(([name]) => name).filter((name) => name !== "status" && name !== "of");
  return formatTable({ rows: rows.length, columns }, { maxRows, alignRight });
}

type Shown = (table: Table, name: string, row: number) => string;

/** Digits after which two ends of an interval that still look the same differ by rounding alone. */
const MOST_DIGITS = 12;

/** To four digits. */
const significant: Shown = (table, name, row) => toDigits(valueAt(table, name, row), 4);

function toDigits(value: unknown, digits: number): string {
  return typeof value === "number" ? formatNumber(Number(value.toPrecision(digits))) : "";
}

function decimals(digits: number): Shown {
  return (table, name, row) => {
    const value = valueAt(table, name, row);
    return typeof value === "number" ? value.toFixed(digits) : "";
  };
}

/** To three decimals, or the first digit of what rounds to 0 there. */
function plusMinus(value: unknown): string {
  if (typeof value !== "number") return "";
  return `± ${value >= 0.0005 ? value.toFixed(3) : toDigits(value, 1)}`;
}

/** Ends of an interval in words: of a size or tokens, which the sizes need not bound, to four digits or as many as tell them apart. */
function between(table: Table, prefix: string, row: number): string {
  const [lower, upper] = ["lower", "upper"].map((end) => valueAt(table, `${prefix}${end}`, row));
  if (typeof lower !== "number" || typeof upper !== "number") return "none";
  if (lower <= 0 && upper === Number.POSITIVE_INFINITY) return "not bounded by the sizes";
  if (lower <= 0) return `below the sizes..${toDigits(upper, 4)}`;
  if (upper === Number.POSITIVE_INFINITY) return `${toDigits(lower, 4)}..above the sizes`;
  return apart((digits) => [toDigits(lower, digits), toDigits(upper, digits)], 4);
}

/** Ends of an exponent, to three decimals or as many as tell them apart. */
function betweenExponents(table: Table, row: number): string {
  const [lower, upper] = ["lower", "upper"].map((end) => valueAt(table, `exponent_${end}`, row));
  if (typeof lower !== "number" || typeof upper !== "number") return "none";
  return apart((digits) => [lower.toFixed(digits), upper.toFixed(digits)], 3);
}

function apart(show: (digits: number) => [lower: string, upper: string], fewest: number): string {
  for (let digits = fewest; digits <= MOST_DIGITS; digits++) {
    const [lower, upper] = show(digits);
    if (lower !== upper) return `${lower}..${upper}`;
  }
  return "none";
}
