import type { AxisValue } from "../../methods/axis.ts";
import type { Method } from "../../methods/method.ts";
import { meanOf } from "../../statistics.ts";
import type { Table } from "../../tables/table.ts";
import { type ColumnOf, methodColumn, tableOf, via } from "../table-of.ts";
import { type Paired, pairedDifferences } from "./axis-importance.ts";
import type { ComparedAxis, Outcome } from "./compare-axes.ts";

interface Choice {
  axis: string;
  value: AxisValue;
  reference: AxisValue;
  isDefault: boolean;
  outcomes: readonly Outcome[];
  /** Against the reference; undefined for the reference itself. */
  paired: Paired | undefined;
}

/**
 * Table `choices`: a row for each value of each axis that has several, with its mean errors and, paired over task,
 * target and all other axes, its differences from the axis's reference value.
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
    { name: "axis", type: "string", value: ({ axis }) => axis },
    { name: "value", type: "string", value: ({ value }) => String(value) },
    { name: "is_default", type: "boolean", value: ({ isDefault }) => isDefault },
    { name: "predictions", type: "int64", value: (choice) => choice.outcomes.length },
    {
      name: "mean_abs_error",
      type: "float64",
      value: (choice) => meanOf(choice.outcomes, ({ absError }) => absError),
    },
    {
      name: "mean_abs_rel_error",
      type: "float64",
      value: (choice) => meanOf(choice.outcomes, ({ absRelError }) => absRelError),
    },
    { name: "reference", type: "string", value: ({ reference }) => String(reference) },
    count("pairs"),
    difference("diff_abs_error", ({ diffAbsError }) => diffAbsError),
    difference("diff_abs_rel_error", ({ diffAbsRelError }) => diffAbsRelError),
    count("wins"),
    count("losses"),
    count("ties"),
  ]);
}

function count(name: "pairs" | "wins" | "losses" | "ties"): ColumnOf<Choice> {
  return { name, type: "int64", value: ({ paired }) => paired?.[name] ?? null };
}

function difference(name: string, value: (paired: Paired) => number): ColumnOf<Choice> {
  return { name, type: "float64", value: ({ paired }) => (paired ? value(paired) : Number.NaN) };
}
