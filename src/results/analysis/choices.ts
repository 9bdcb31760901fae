import { groupBy } from "../../collections.ts";
import type { AxisValue } from "../../methods/axis.ts";
import type { Method } from "../../methods/method.ts";
import { methodColumn } from "../../plan/cell-columns.ts";
import type { ComparedAxis, Outcome } from "../../ranking/compare-axes.ts";
import { meanOf } from "../../statistics.ts";
import type { Table } from "../../tables/table.ts";
import { type ColumnOf, count, flag, number, tableOf, text, via } from "../../tables/table-of.ts";
import { type Paired, pairedDifferences } from "./axis-importance.ts";

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
  const rows = compared.flatMap(({ axis, values, reference, comparisons }) => {
    const byValue = groupBy(outcomes, ({ cell }) => cell.configuration.values.get(axis.name));
    return values.map((value, i): Choice => {
      return {
        axis: axis.name,
        value,
        reference: values[reference]!,
        isDefault: value === axis.default,
        outcomes: byValue.get(value) ?? [],
        paired: i === reference ? undefined : pairedDifferences(comparisons, i, reference),
      };
    });
  });
  return tableOf<Choice>(rows, [
    methodColumn(method),
    text("axis", "name of the axis"),
    text("value", "its value", ({ value }) => String(value)),
    flag("is_default", "whether it is the default"),
    count(
      "predictions",
      "predictions with this value and a known actual score other than 0",
      (row) => row.outcomes.length,
    ),
    number("mean_abs_error", "mean of abs_error over them", (choice) =>
      meanOf(choice.outcomes, ({ absError }) => absError),
    ),
    number("mean_abs_rel_error", "mean of abs(rel_error) over them", (choice) =>
      meanOf(choice.outcomes, ({ absRelError }) => absRelError),
    ),
    text("reference", "value that it is paired with", ({ reference }) => String(reference)),
    ...via(pairedColumns, ({ paired }: Choice): Partial<Paired> => paired ?? {}),
  ]);
}

const pairedColumns: readonly ColumnOf<Partial<Paired>>[] = [
  count("pairs", "pairs of predictions; null for the reference itself, as are the next columns"),
  number("diff_abs_error", "mean over pairs of its abs_error minus the reference's; negative is better"),
  number("diff_abs_rel_error", "the same for abs(rel_error)"),
  count("wins", "pairs in which its abs(rel_error) is smaller"),
  count("losses", "pairs in which it is larger"),
  count("ties", "pairs in which the two agree to 1e-7, for example because the choice is idle"),
];
