import type { AxisValue } from "../../methods/axis.ts";
import type { Method } from "../../methods/method.ts";
import { methodColumn } from "../../plan/cell-columns.ts";
import { meanOf } from "../../statistics.ts";
import type { Table } from "../../tables/table.ts";
import { type ColumnOf, count, flag, number, tableOf, text, via } from "../../tables/table-of.ts";
import { type Paired, pairedDifferences } from "./axis-importance.ts";
import type { ComparedAxis, Outcome } from "./compare-axes.ts";

interface Choice {
  axis: string;
  value: AxisValue;
  reference: AxisValue;
  isDefault: boolean;
  outcomes: readonly Outcome[];
  /** Differences from the reference; undefined for the reference itself. */
  paired: Paired | undefined;
}

/**
 * Table `choices`: a row for each value of each axis with several values. It has the value's mean errors and its differences
 * from the axis's reference value, paired over task, target and all other axes.
 */
export function choicesTable(
  method: Method,
  compared: readonly ComparedAxis[],
  outcomes: readonly Outcome[],
): Table {
  const rows = compared.flatMap(({ axis, values, reference, comparisons }) =>
    values.map((value, i): Choice => {
      return {
        axis: axis.name,
        value,
        reference: values[reference]!,
        isDefault: value === axis.default,
        outcomes: outcomes.filter(({ cell }) => cell.configuration.values.get(axis.name) === value),
        paired: i === reference ? undefined : pairedDifferences(comparisons, i, reference),
      };
    }),
  );
  return tableOf(rows, [
    via(methodColumn(method), (choice: Choice) => choice),
    text("axis", ({ axis }) => axis),
    text("value", ({ value }) => String(value)),
    flag("is_default", ({ isDefault }) => isDefault),
    count("predictions", (choice) => choice.outcomes.length),
    number("mean_abs_error", (choice) => meanOf(choice.outcomes, ({ absError }) => absError)),
    number("mean_abs_rel_error", (choice) => meanOf(choice.outcomes, ({ absRelError }) => absRelError)),
    text("reference", ({ reference }) => String(reference)),
    pairs("pairs"),
    difference("diff_abs_error", ({ diffAbsError }) => diffAbsError),
    difference("diff_abs_rel_error", ({ diffAbsRelError }) => diffAbsRelError),
    pairs("wins"),
    pairs("losses"),
    pairs("ties"),
  ]);
}

function pairs(name: "pairs" | "wins" | "losses" | "ties"): ColumnOf<Choice> {
  return count(name, ({ paired }) => paired?.[name] ?? null);
}

function difference(name: string, value: (paired: Paired) => number): ColumnOf<Choice> {
  return number(name, ({ paired }) => (paired ? value(paired) : Number.NaN));
}
