import { groupBy } from "../collections.ts";
import { roundInterval, roundTo, shortCount } from "../draw/numbers.ts";
import { num, type Row, recordsOf, str } from "../draw/records.ts";
import { formatTable } from "../tables/format.ts";
import { type Column, type Table, textColumn } from "../tables/table.ts";
import { formatNumber, percent } from "../text.ts";
import { FLAT_SHARES, nameOfShare } from "./plan-law.ts";

/** Plans that are printed. */
const MOST_ROWS = 60;

/**
 * Table `plans` for people: the plans with the intervals of the first level, then the flat regions, then what is to be known of them.
 *
 * @param axes that were compared
 */
export function formatPlans(plans: Table, axes: readonly string[]): string {
  const all = recordsOf(plans);
  const levels = new Set(all.map(({ level }) => level).filter((level) => level !== null));
  const [level] = levels;
  if (all.length === 0) return "";
  const rows = all.filter((row) => row.level === level || row.level === null);
  const isLevelled = levels.size > 1;
  const varied = axes.filter((axis) => new Set(rows.map((row) => row[axis])).size > 1);
  const named = (new Set(rows.map(({ task }) => task)).size > 1 ? ["task"] : []).concat(varied);
  const isCheapest = rows.some((row) => row.quality !== null);
  const identityOf = (of: readonly Row[]) => [
    ...named.map((name) => textColumn(name, of, (row) => str(row, name))),
    ...(isCheapest
      ? [
          textColumn("to reach", of, (row) =>
            Number.isNaN(num(row, "quality")) ? "" : formatNumber(num(row, "quality")),
          ),
        ]
      : []),
    textColumn("budget", of, (row) => formatNumber(num(row, "budget"), 4).replace("NaN", "none")),
  ];
  const within = level === undefined || isLevelled ? "interval" : `${percent(Number(level), 3)} interval`;
  const count = (name: string) => (row: Row) => shortCount(num(row, name));
  const counts = (name: string) => (row: Row) => range(num(row, `${name}lower`), num(row, `${name}upper`));
  const value = (name: string, heading: string) =>
    rows.some((row) => Number.isFinite(num(row, name)))
      ? [
          textColumn(heading, all, (row) =>
            isReached(row, name)
              ? formatNumber(num(row, "quality"))
              : roundTo(num(row, name), num(row, `${name}_lower`), num(row, `${name}_upper`)),
          ),
          textColumn(within, all, (row) =>
            isReached(row, name) ? "" : roundInterval(num(row, `${name}_lower`), num(row, `${name}_upper`)),
          ),
        ]
      : [];
  const table = [
    ...identityOf(all),
    ...(isLevelled
      ? [textColumn("level", all, (row) => (row.level === null ? "" : percent(num(row, "level"), 3)))]
      : []),
    ...(isCheapest
      ? [textColumn(within, all, (row) => powers(num(row, "budget_lower"), num(row, "budget_upper")))]
      : []),
    textColumn("N", all, count("n")),
    textColumn(within, all, counts("n_")),
    textColumn("D", all, count("d")),
    textColumn(within, all, counts("d_")),
    textColumn("D/N", all, (row) => formatNumber(num(row, "tokens_per_parameter"), 3).replace("NaN", "")),
    ...value("predicted_loss", "loss"),
    ...value("predicted_score", "score"),
    textColumn("x largest run", all, (row) => formatNumber(num(row, "extrapolation"), 3).replace("NaN", "")),
  ];
  const near = rows.filter((row) => Number.isFinite(num(row, "n_0_1_lower")));
  const flat = [
    ...identityOf(near),
    ...FLAT_SHARES.flatMap((share) => {
      const of = (name: string) => `${name}_${nameOfShare(share)}_`;
      return [
        textColumn(`N within ${percent(share)}`, near, counts(of("n"))),
        textColumn("D", near, counts(of("d"))),
      ];
    }),
  ];
  const notes = groupBy(
    rows.flatMap((row) => notesOf(row).map((note) => ({ note, of: nameOf(row, named) }))),
    ({ note }) => note,
  );
  const lines = Array.from(notes, ([note, rowsOfNote]) =>
    rowsOfNote.length === rows.length && rows.length > 1
      ? `all: ${note}`
      : `${rowsOfNote.map(({ of }) => of).join("; ")}: ${note}`,
  );
  return (
    `\nbest use of ${describe(rows[0]!)}${describeIntervals(rows)}\n${print(table, all.length)}` +
    (near.length === 0
      ? ""
      : `\nsizes whose ${near.some((row) => row.predicted_loss === null) ? "score" : "loss"} is near the best, on the same budget\n${print(flat, near.length)}`) +
    (lines.length === 0 ? "" : `\n${lines.slice(0, MOST_ROWS).join("\n")}\n`)
  );
}

/** What is to be known of a plan. */
function notesOf(row: Row): string[] {
  const missing = str(row, "no_interval");
  const notes = str(row, "notes");
  // What leaves the plan open, too, leaves it without intervals.
  const isNew = missing !== "" && !notes.startsWith(missing);
  return [notes, isNew ? `no intervals: ${missing}` : ""].filter((text) => text !== "");
}

/** A plan by what tells it from the others. */
const nameOf = (row: Row, named: readonly string[]): string => {
  const { quality } = row;
  const goal =
    quality === null ? formatNumber(num(row, "budget"), 4) : `to reach ${formatNumber(Number(quality))}`;
  return [...named.map((name) => str(row, name)), goal].join(", ");
};

/** Whether a value is the one that was to be reached, which has no error. */
const isReached = (row: Row, name: string): boolean =>
  row.quality !== null && name === (row.predicted_loss === null ? "predicted_score" : "predicted_loss");

function print(columns: Column[], rows: number): string {
  const alignRight = columns.map(({ name }) => name).filter((name) => name !== "task");
  return formatTable({ rows, columns }, { maxRows: MOST_ROWS, alignRight });
}

const range = (lower: number, upper: number): string =>
  Number.isNaN(lower + upper) ? "" : `${shortCount(lower)} to ${shortCount(upper)}`;

const powers = (lower: number, upper: number): string =>
  Number.isNaN(lower + upper) ? "" : `${formatNumber(lower, 3)} to ${formatNumber(upper, 3)}`;

function describe(row: Row): string {
  const held = str(row, "held");
  return `each budget by cost ${str(row, "cost")}${held === "" ? "" : ` with ${held}`}`;
}

function describeIntervals(rows: readonly Row[]): string {
  const kinds = new Set(rows.map((row) => str(row, "interval")).filter((kind) => kind !== ""));
  const schemes = new Set(rows.map((row) => str(row, "scheme")).filter((scheme) => scheme !== ""));
  const words: Readonly<Record<string, string>> = {
    percentile: `percentiles of ${Math.max(...rows.map((row) => num(row, "draws")).filter(Number.isFinite))} replicates${schemes.size === 0 ? "" : ` by scheme ${[...schemes].join(", ")}`}`,
    delta: "the delta method on the errors of the parameters",
  };
  return kinds.size === 0 ? "" : `; intervals: ${[...kinds].map((kind) => words[kind] ?? kind).join(", ")}`;
}
