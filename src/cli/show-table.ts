import { ownValue } from "../collections.ts";
import { AXES, SHARES, SHOWN } from "../results/shown-columns.ts";
import { queryJob, readWhole } from "../run/job-directory.ts";
import { formatTable, type TextFormat } from "../tables/format.ts";
import { type Column, cell, findColumn, MIX_PREFIX, numberAt, type Table } from "../tables/table.ts";
import { countOf } from "../text.ts";
import { answerTable, comparedAxes, NUMBERS, varyingAxes } from "./answer-table.ts";

/** Significant digits of a number whose uncertainty is not known, and of an uncertainty. */
const DIGITS = 4;
const DIGITS_OF_ERROR = 2;

/** What of a table is shown, and how. */
export interface ShowOptions {
  format: TextFormat;
  where: string | undefined;
  columns: readonly string[] | undefined;
  all: boolean | undefined;
  limit: number | undefined;
}

/**
 * A table of a run directory as text. For people, unless they ask for others, it has the columns that answer, with a line that says
 * how many are left out; JSON and CSV have all columns and all digits.
 *
 * @throws UserError where there is no such run directory, table or column, and for a predicate that is not SQL
 */
export async function showTable(
  run: string,
  name: string,
  { format, where, columns, all, limit }: ShowOptions,
): Promise<string> {
  const options = { ...(where !== undefined && { where }), ...(columns && { columns }) };
  const rows = limit === undefined ? {} : { maxRows: limit };
  return readWhole(run, async ({ results }) => {
    const table = await queryJob(run, name, options);
    if (format !== "text") return formatTable(table, { format, ...rows });
    const isAnswer = name === "predictions" && !all && columns === undefined;
    const print = (shown: Table, left: number) =>
      formatTable(rounded(shown, name), { ...rows, ...(isAnswer && { alignRight: NUMBERS }) }) +
      (left > 0 ? `... ${countOf(left, "more column")}: --all, or --columns with names\n` : "");
    if (all || columns !== undefined) return print(table, 0);
    const beside = async (other: "axis_importance" | "intervals") =>
      results[other] ? queryJob(run, other) : undefined;
    const compared = comparedAxes(await beside("axis_importance"));
    const shown = isAnswer ? answerTable(table, undefined, compared) : chosenColumns(table, name, compared);
    const intervals = isAnswer ? await beside("intervals") : undefined;
    return print(
      intervals === undefined ? shown : answerTable(table, intervals, compared),
      table.columns.length - shown.columns.length,
    );
  });
}

function chosenColumns(table: Table, name: string, compared: ReadonlySet<string>): Table {
  const shown = ownValue(SHOWN, name);
  if (shown === undefined) return table;
  const columns = shown.columns.flatMap((wanted): Column[] => {
    if (wanted === AXES) return varyingAxes(table, compared);
    if (wanted === SHARES) return table.columns.filter(isShare);
    const column = findColumn(table, wanted);
    return column !== undefined && hasValue(column, table.rows) ? [column] : [];
  });
  return columns.length === 0 ? table : { rows: table.rows, columns };
}

function isShare({ name }: Column): boolean {
  return name.startsWith(MIX_PREFIX) && !/_(lower|upper)$/.test(name);
}

/** A table without rows is shown with its columns. */
function hasValue(column: Column, rows: number): boolean {
  return rows === 0 || column.values.some((_, row) => cell(column, row) !== null);
}

/** Numbers to the digits that are known: those of the uncertainty where a table tells it, otherwise a few. */
function rounded(table: Table, name: string): Table {
  const { known } = ownValue(SHOWN, name) ?? {};
  const uncertainty = (row: number): number => {
    const ends = known?.by.map((end) => numberAt(table, end, row)) ?? [];
    return Math.abs((ends[1] ?? 0) - (ends[0] ?? 0));
  };
  const columns = table.columns.map((column): Column => {
    if (column.type !== "float64") return column;
    const isKnown = known?.columns.includes(column.name) === true;
    const values = column.values.map((value, row) => round(value, isKnown ? uncertainty(row) : 0));
    return { ...column, values };
  });
  return { rows: table.rows, columns };
}

function round(value: number, uncertainty: number): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  const place = (size: number): number => Math.floor(Math.log10(Math.abs(size)));
  const isKnown = uncertainty > 0 && Number.isFinite(uncertainty);
  const digits = isKnown ? DIGITS_OF_ERROR + place(value) - place(uncertainty) : DIGITS;
  return Number(value.toPrecision(Math.min(Math.max(digits, 1), 6)));
}
