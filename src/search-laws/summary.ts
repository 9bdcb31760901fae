import { groupBy } from "../collections.ts";
import { num, type Row, recordsOf, str, tableOfRecords } from "../draw/records.ts";
import type { Tables } from "../extension.ts";
import { formatTable } from "../tables/format.ts";

/** Laws that are printed of each search. */
const MOST_LAWS = 10;

/** Predictions that are printed of each search. */
const MOST_PREDICTIONS = 20;

const digits = (row: Row, name: string): string => {
  const value = num(row, name);
  return Number.isFinite(value) ? value.toPrecision(3) : "";
};

/** What searches found, for people: the best laws, the laws that they are compared with, and their average. */
export function formatSearches({
  searches,
  searched_laws: laws,
  searched_predictions: predictions,
}: Tables): string {
  if (laws === undefined) return "";
  const keyOf = (row: Row) => [str(row, "task"), str(row, "loss"), str(row, "residual")].join(", ");
  const said = groupBy(recordsOf(searches), keyOf);
  const predicted = groupBy(recordsOf(predictions), keyOf);
  const parts = Array.from(groupBy(recordsOf(laws), keyOf), ([key, rows]) => {
    const ranked = rows.filter((row) => Number.isFinite(num(row, "rank")));
    const shown = [
      ...ranked.filter(
        (row) => num(row, "rank") <= MOST_LAWS || str(row, "reference") === "true" || num(row, "choice") > 0,
      ),
      ...rows.filter((row) => !Number.isFinite(num(row, "rank"))),
    ];
    const hasTest = rows.some((row) => num(row, "test_rows") > 0);
    const table = shown.map((row) => ({
      rank: Number.isFinite(num(row, "rank")) ? str(row, "rank") : "",
      law: str(row, "form"),
      parameters: Number.isFinite(num(row, "parameters")) ? str(row, "parameters") : "",
      "error beyond the cuts": digits(row, "rollout_error"),
      "90 % of it":
        digits(row, "rollout_lower") === ""
          ? ""
          : `${digits(row, "rollout_lower")} to ${digits(row, "rollout_upper")}`,
      "p a form is better": digits(row, "p_better"),
      weight: digits(row, "weight"),
      ...(hasTest && { "R2 held out": digits(row, "test_r_squared") }),
    }));
    const right = Object.keys(table[0]!).filter((name) => name !== "law");
    return `\nlaws sought: ${key}\n${formatTable(tableOfRecords(table), { alignRight: right })}${formatPredicted(predicted.get(key) ?? [], shown)}\n${(said.get(key) ?? []).map((row) => `${str(row, "said")}\n`).join("")}`;
  });
  return parts.join("");
}

function formatPredicted(all: readonly Row[], shown: readonly Row[]): string {
  const names = new Set(
    shown
      .slice(0, 3)
      .concat(shown.slice(-1))
      .map((row) => str(row, "form")),
  );
  const rows = all.filter((row) => names.has(str(row, "form"))).slice(0, MOST_PREDICTIONS);
  if (rows.length === 0) return "";
  const table = rows.map((row) => ({
    law: str(row, "form"),
    at: str(row, "target"),
    predicted: digits(row, "predicted"),
    interval: `${digits(row, "lower")} to ${digits(row, "upper")}`,
  }));
  return `\n${formatTable(tableOfRecords(table), { alignRight: ["predicted"] })}`;
}
