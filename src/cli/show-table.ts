import { ownValue } from "../collections.ts";
import { AXES, SHARES, SHOWN, VERDICTS } from "../results/shown-columns.ts";
import { namedTable, readWhole, resultPath } from "../run/job-directory.ts";
import { formatTable, type TextFormat } from "../tables/format.ts";
import { withDuckDB } from "../tables/sql/duckdb.ts";
import { queryTableOn } from "../tables/sql/query.ts";
import { type Column, cell, findColumn, MIX_PREFIX, type Table } from "../tables/table.ts";
import { countOf } from "../text.ts";
import { answerTable, comparedAxes, NUMBERS, varyingAxes } from "./answer-table.ts";
import { toKnownDigits } from "./known-digits.ts";

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
  const isAnswer = name === "predictions" && !all && columns === undefined;
  const print = (shown: Table, left: number) =>
    formatTable(shown, { ...rows, ...(isAnswer && { alignRight: NUMBERS }) }) +
    (left > 0 ? `... ${countOf(left, "more column")}: --all, or --columns with names\n` : "");
  return readWhole(run, async (manifest) => {
    const path = await namedTable(run, manifest, name);
    return withDuckDB(async (connection) => {
      const isWhole = format !== "text" || all === true || columns !== undefined;
      const beside = async (other: "axis_importance" | "intervals" | "predictability") =>
        !isWhole && manifest.results[other]
          ? queryTableOn(connection, await resultPath(run, other))
          : undefined;
      const compared = comparedAxes(await beside("axis_importance"));
      const intervals = isAnswer ? await beside("intervals") : undefined;
      const tasks = isAnswer ? await beside("predictability") : undefined;
      const table = await queryTableOn(connection, path, options);
      if (format !== "text") return formatTable(table, { format, ...rows });
      if (isWhole) return print(table, 0);
      const shown = isAnswer
        ? answerTable(table, undefined, compared)
        : chosenColumns(toKnownDigits(table, name), name, compared);
      return print(
        intervals === undefined ? shown : answerTable(table, intervals, compared, tasks),
        table.columns.length - shown.columns.length,
      );
    });
  });
}

/**
 * What a run is asked for first: its predictions; of fits of laws without any the laws and, as text of whole tables, their parameters.
 *
 * @throws UserError as `showTable`
 */
export async function showAnswer(run: string, options: ShowOptions): Promise<string> {
  const { laws, predictions } = await readWhole(
    run,
    async ({ results }) => results as Record<string, number>,
  );
  if (laws === undefined || predictions! > 0) return showTable(run, "predictions", options);
  const isWhole = options.format === "text" && options.where === undefined && options.columns === undefined;
  const names = isWhole ? ["laws", "parameters"] : ["laws"];
  const texts: string[] = [];
  for (const name of names) texts.push(await showTable(run, name, options));
  return texts.join("\n");
}

function chosenColumns(table: Table, name: string, compared: ReadonlySet<string>): Table {
  const shown = ownValue(SHOWN, name);
  if (shown === undefined) return table;
  const columns = shown.columns.flatMap((wanted): Column[] => {
    if (wanted === AXES) return varyingAxes(table, compared);
    if (wanted === SHARES) return table.columns.filter(isShare);
    const column = findColumn(table, wanted);
    return column !== undefined && tellsSomething(column, table.rows) ? [column] : [];
  });
  return columns.length === 0 ? table : { rows: table.rows, columns };
}

function isShare({ name }: Column): boolean {
  return name.startsWith(MIX_PREFIX) && !/_(lower|upper)$/.test(name);
}

/** Whether a column has a value or, of verdicts, a warning. A table without rows is shown with its columns. */
function tellsSomething(column: Column, rows: number): boolean {
  const fine = ownValue(VERDICTS, column.name) ?? null;
  return (
    rows === 0 ||
    column.values.some((_, row) => {
      const value = cell(column, row);
      return value !== null && value !== fine;
    })
  );
}
