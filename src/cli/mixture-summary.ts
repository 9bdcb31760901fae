import { formatTable } from "../tables/format.ts";
import { type Column, findColumn, MIX_PREFIX, type Table } from "../tables/table.ts";
import { percent } from "../text.ts";
import { rowsOf, text, value } from "./table-cells.ts";

const MOST_ROWS = 40;

/**
 * The best mixtures for people, a row each, with the intervals of the first level: shares, predicted value, gain over the
 * baseline, and how the value runs along the shares. Axes that vary have a column.
 */
export function formatMixtures(optima: Table, axes: readonly string[]): string {
  if (optima.rows === 0) return "\nno best mixture: no task can be predicted at the baseline of a size\n";
  const level = value(optima, "level", 0);
  const rows = rowsOf(optima).filter((row) => value(optima, "level", row) === level);
  const column = (name: string, show: (row: number) => string): Column => {
    return { name, type: "string", values: rows.map(show) };
  };
  const sources = optima.columns
    .map(({ name }) => name)
    .filter((name) => name.startsWith(MIX_PREFIX) && !/_(lower|upper)$/.test(name));
  const ofTwo = sources.length === 2 ? sources.slice(1) : sources;
  const varying = axes.filter((axis) => new Set(rows.map((row) => text(optima, axis, row))).size > 1);
  // Losses have units of their own; the gain of a score is in points.
  const ofLevel = level === null ? "" : `${percent(Number(level), 6)} `;
  const isWrong = (row: number): boolean => {
    const status = value(optima, "status", row);
    return status !== null && status !== "ok";
  };
  const table: Table = {
    rows: rows.length,
    columns: [
      ...["task", "target", ...varying].map((name) => column(name, (row) => text(optima, name, row))),
      ...ofTwo.map((name) =>
        column(`best ${name.slice(MIX_PREFIX.length)}`, (row) => decimal(optima, name, row, 2)),
      ),
      ...(level === null || sources.length > 2
        ? []
        : ofTwo.map((name) => column(`${ofLevel}of it`, (row) => ends(optima, `${name}_`, row, 2)))),
      column("predicted", (row) => decimal(optima, "predicted", row, 4)),
      column("gain", (row) => decimal(optima, "gain", row, 4)),
      ...(level === null ? [] : [column(`${ofLevel}of the gain`, (row) => ends(optima, "gain_", row, 4))]),
      ...(findColumn(optima, "shape")?.values.some((one: unknown) => one !== null)
        ? [column("shape", (row) => text(optima, "shape", row))]
        : []),
      ...(rows.some(isWrong) ? [column("status", (row) => text(optima, "status", row))] : []),
    ],
  };
  const reasons = rows
    .filter(isWrong)
    .map(
      (row) =>
        `${["task", "target"].map((name) => text(optima, name, row)).join(", ")}: ${text(optima, "reason", row)}\n`,
    );
  const found = formatTable(table, { maxRows: MOST_ROWS });
  return `\nbest mixtures; gains are over ${baselines(optima, rows)}\n${found}${[...new Set(reasons)].slice(0, MOST_ROWS).join("")}`;
}

function baselines(optima: Table, rows: readonly number[]): string {
  const all = [...new Set(rows.map((row) => text(optima, "baseline", row)))];
  return all.length === 1 ? all[0]! : "each target's baseline";
}

function decimal(table: Table, name: string, row: number, digits: number): string {
  const found = value(table, name, row);
  return typeof found === "number" && Number.isFinite(found) ? found.toFixed(digits) : "";
}

function ends(table: Table, prefix: string, row: number, digits: number): string {
  const lower = decimal(table, `${prefix}lower`, row, digits);
  const upper = decimal(table, `${prefix}upper`, row, digits);
  return lower === "" || upper === "" ? "" : `${lower}..${upper}`;
}
