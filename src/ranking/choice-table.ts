import { num, type Row, recordsOf, str } from "../draw/records.ts";
import type { Method } from "../methods/method.ts";
import { methodColumn } from "../plan/cell-columns.ts";
import { formatTable } from "../tables/format.ts";
import { type Table, textColumn } from "../tables/table.ts";
import { count, number, tableOf, text } from "../tables/table-of.ts";
import { countOf, percent } from "../text.ts";
import type { ChoiceEffect, ChoiceVerdict } from "./choice-effects.ts";

/** Table `choice_effects`: a row for each value of each axis beside the axis's reference. */
export function choiceEffectsTable(method: Method, effects: readonly ChoiceEffect[]): Table {
  return tableOf<ChoiceEffect>(effects, [
    methodColumn(method),
    count("rank", "place of the axis, from 1, the surest difference first; null where nothing is compared"),
    text("axis", "name of the axis"),
    text("value", "its value", ({ value }) => String(value)),
    text(
      "reference",
      "value that it is paired with: the default, or else the sweep's first",
      ({ reference }) => String(reference),
    ),
    text(
      "verdict",
      "`better` or `worse` than the reference beyond noise, `mixed` (beyond noise, but the mean difference has the other sign), `within noise`, `idle` (all pairs are ties), `too few` (fewer than 3 held-out runs), `nothing to compare`",
    ),
    count("pairs", "pairs of predictions of held-out runs that differ in the axis alone"),
    count("tasks", "tasks that they are of"),
    count("runs", "held-out runs"),
    count("cuts", "cuts; the sweep itself counts as one where its targets are measured"),
    count("left_out", "pairs left out because one of the two is not determined by the runs up to the cut"),
    count("other_actual", "pairs whose measured values differ, as the axis changes what is predicted too"),
    number("mean_abs_rel_error", "mean of abs_rel_error of the value over the pairs"),
    number("reference_abs_rel_error", "the same of the reference"),
    number("diff_abs_rel_error", "mean over pairs of the first minus the second; negative is better"),
    number(
      "shift",
      "mean over pairs of the difference over the sum of the two errors, from -1 to 1: 0.2 is an error 1.5 times as large; negative is better",
    ),
    number("standard_error", "standard error of the shift, clustered by tasks, held-out runs and cuts"),
    count("freedom", "degrees of freedom of its intervals; null without one", ({ freedom }) =>
      Number.isNaN(freedom) ? null : freedom,
    ),
    number("level", "nominal coverage of the intervals"),
    number("lower", "lower end of the interval of the shift, of this choice alone"),
    number("upper", "upper end"),
    count("choices", "choices that are judged, which the next interval counts"),
    number("lower_all", "lower end of the interval that holds for all choices at once"),
    number("upper_all", "upper end"),
    count("wins", "pairs in which the value has the smaller error"),
    count("losses", "pairs in which it has the larger one"),
    count("ties", "pairs in which the two agree to 1e-7"),
  ]);
}

/** Rows that the terminal prints. */
const MOST_ROWS = 60;

/** Verdicts of choices that no interval is printed of, in the order in which they are listed. */
const UNJUDGED: readonly ChoiceVerdict[] = ["idle", "too few", "nothing to compare"];

/** Table `choice_effects` for people; empty where no axis has several values. */
export function formatChoiceEffects(table: Table): string {
  const rows = recordsOf(table);
  const [first] = rows;
  if (first === undefined) return "";
  const isUnjudged = (row: Row) => UNJUDGED.includes(str(row, "verdict") as ChoiceVerdict);
  const judged = rows.filter((row) => !isUnjudged(row));
  const level = percent(num(first, "level"), 6);
  const shown =
    judged.length === 0
      ? ""
      : formatTable(
          { rows: judged.length, columns: columnsOf(judged, level) },
          { maxRows: MOST_ROWS, alignRight: RIGHT },
        );
  const rest = UNJUDGED.flatMap((verdict) => {
    const of = rows.filter((row) => str(row, "verdict") === verdict);
    return of.length === 0 ? [] : [`${verdict}: ${byAxis(of)}\n`];
  });
  return (
    "\ndesign choices on runs that were held out, each against its reference, all else equal\n" +
    `${shown}${rest.join("")}${ofOther(judged)}${beyondNoise(judged, level)}\n`
  );
}

const RIGHT = ["pairs", "runs", "error (%)", "reference (%)", "shift", "wins"];

function columnsOf(rows: readonly Row[], level: string) {
  const column = (name: string, show: (row: Row) => string) => textColumn(name, rows, show);
  return [
    column("axis", (row) => str(row, "axis")),
    column("value", (row) => str(row, "value")),
    column("against", (row) => str(row, "reference")),
    column("pairs", (row) => str(row, "pairs")),
    column("runs", (row) => str(row, "runs")),
    column("error (%)", (row) => points(num(row, "mean_abs_rel_error"))),
    column("reference (%)", (row) => points(num(row, "reference_abs_rel_error"))),
    column("shift", (row) => num(row, "shift").toFixed(2)),
    column(
      `${level} of all choices`,
      (row) => `${num(row, "lower_all").toFixed(2)}..${num(row, "upper_all").toFixed(2)}`,
    ),
    column("wins", (row) => `${str(row, "wins")} of ${str(row, "pairs")}`),
    column("verdict", (row) => str(row, "verdict")),
  ];
}

const points = (share: number): string => (100 * share).toFixed(2);

/** `link (linear, probit), anchor (false)`. */
function byAxis(rows: readonly Row[]): string {
  const axes = [...new Set(rows.map((row) => str(row, "axis")))];
  const values = (axis: string) => rows.filter((row) => row.axis === axis).map((row) => str(row, "value"));
  return axes.map((axis) => `${axis} (${values(axis).join(", ")})`).join(", ");
}

/** Choices whose errors are of other measured values than the reference's. */
function ofOther(judged: readonly Row[]): string {
  const rows = judged.filter((row) => num(row, "other_actual") > 0);
  return rows.length === 0
    ? ""
    : `errors are of other measured values than the reference's: ${byAxis(rows)}\n`;
}

/** Which choices matter beyond noise, in a sentence. */
function beyondNoise(judged: readonly Row[], level: string): string {
  if (judged.length === 0) return "no choice can be judged: there is too little to compare";
  const named = (verdict: ChoiceVerdict) => byAxis(judged.filter((row) => row.verdict === verdict));
  const parts = (["better", "worse", "mixed"] as const).flatMap((verdict) =>
    named(verdict) === "" ? [] : [`${verdict}: ${named(verdict)}`],
  );
  const counted = `${level} with all ${countOf(judged.length, "choice")} counted`;
  return `beyond noise (${counted}): ${parts.join("; ") || "none"}`;
}
