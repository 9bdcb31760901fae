import { UserError } from "../errors.ts";
import {
  areCsv,
  type CellSource,
  cellError,
  demandNumbers,
  FINITE,
  numbers,
  requireColumn,
} from "./cells.ts";
import { isAccuracy, isChance, isLoss } from "./checkpoint-table.ts";
import type { ColumnMapping } from "./columns.ts";
import { isMissingWord, looksNumeric, whyNoNumbers } from "./numbers.ts";
import { type Column, MIX_PREFIX, SCHEMA_NAMES } from "./table.ts";

/**
 * The metrics of a tidy table: those that the mapping names, else all number columns that hold nothing else.
 *
 * @throws UserError for a column that is meant as a metric and holds something else, and where no column is a metric
 */
export function tidyMetrics(from: CellSource, mapping: ColumnMapping): Map<string, Float64Array> {
  if (mapping.metrics !== undefined) {
    const given = Object.entries(mapping.metrics).map(([metric, name]) => {
      return [metric, numbers(from, requireColumn(from, name, `columns.metrics.${metric}`), FINITE)] as const;
    });
    return new Map(given);
  }
  const taken = new Set(usedColumns(mapping));
  const free = from.table.columns.filter(
    ({ name }) =>
      !taken.has(name) && !name.startsWith(MIX_PREFIX) && (!from.noNumbers?.has(name) || isMetricName(name)),
  );
  for (const column of free) {
    if (looksNumeric(column) || (column.type !== "string" && column.type !== "boolean")) continue;
    demandNumbers(from, column, FINITE.allowed);
    const { problem, numeric, row, cure, areMeant } = whyNoNumbers(column, areCsv(from));
    if (areMeant || (isMetricName(column.name) && !isEmpty(column))) {
      throw cellError(from, row, column.name, problem, `numbers${cure}`);
    }
    if (numeric > 0) from.passedOver?.set(column.name, `${problem}${cure}`);
  }
  const metrics = free
    .filter(looksNumeric)
    .map((column) => [column.name, numbers(from, column, FINITE)] as const);
  if (metrics.length > 0) return new Map(metrics);
  const passedOver = Array.from(
    from.passedOver ?? [],
    ([name, problem]) => `; of column ${JSON.stringify(name)} ${problem}`,
  );
  throw new UserError(
    `${from.source}: no metric: at least one number column is needed besides ${SCHEMA_NAMES.join(", ")}; the ` +
      `columns are ${from.table.columns.map(({ name }) => name).join(", ")}${passedOver.join("")}`,
  );
}

/** Whether a column of that name is meant as a metric, even if its cells are not numbers. */
export function isMetricName(name: string): boolean {
  return isLoss(name) || isAccuracy(name) || isChance(name);
}

/** Whether all cells of a column are empty or hold words for a missing value. */
function isEmpty({ values }: Column): boolean {
  return Array.from<unknown>(values as ArrayLike<unknown>).every(
    (value) => value === null || value === "" || isMissingWord(String(value)),
  );
}

/** Names of the table's columns that the schema names, directly or by the mapping; they are not metrics. */
export function usedColumns(mapping: ColumnMapping): string[] {
  const { role, metrics: _metrics, subjects: _subjects, mix, inputs, ...simple } = mapping;
  const roleColumn = typeof role === "object" ? role.column : (role ?? "role");
  const plain = SCHEMA_NAMES.filter((name) => name !== "role");
  const named = plain.map((name) => simple[name as keyof typeof simple] ?? name);
  return [...named, roleColumn, ...Object.values(mix ?? {}), ...Object.values(inputs ?? {})];
}
