import type { Method } from "../methods/method.ts";
import type { Table } from "../tables/table.ts";
import type { DrawComparison } from "./analysis/paired-draws.ts";
import type { SelectedPrediction } from "./analysis/repeated-selection.ts";
import { axisColumns, methodColumn, ofConfiguration } from "./cell-columns.ts";
import { tableOf, via } from "./table-of.ts";

/** Table `comparisons`: configurations against the reference, on the same resamples. */
export function comparisonsTable(method: Method, rows: readonly DrawComparison[]): Table {
  return tableOf<DrawComparison>(rows, [
    via(methodColumn(method), (row) => row),
    ...axisColumns(method).map(ofConfiguration),
    { name: "task", type: "string", value: ({ task }) => task },
    { name: "target", type: "string", value: ({ target }) => target },
    { name: "predictions", type: "int64", value: ({ predictions }) => predictions },
    { name: "diff_abs_rel_error", type: "float64", value: ({ difference }) => difference },
    { name: "level", type: "float64", value: ({ level }) => level },
    { name: "lower", type: "float64", value: ({ interval }) => interval.lower },
    { name: "upper", type: "float64", value: ({ interval }) => interval.upper },
    { name: "mc_error_lower", type: "float64", value: ({ interval }) => interval.lowerError },
    { name: "mc_error_upper", type: "float64", value: ({ interval }) => interval.upperError },
    { name: "win_rate", type: "float64", value: ({ paired }) => paired.winRate },
    { name: "win_rate_error", type: "float64", value: ({ paired }) => paired.winRateError },
    { name: "wins", type: "int64", value: ({ paired }) => paired.wins },
    { name: "losses", type: "int64", value: ({ paired }) => paired.losses },
    { name: "ties", type: "int64", value: ({ paired }) => paired.ties },
    { name: "degenerate", type: "int64", value: ({ paired }) => paired.dropped },
  ]);
}

/** Table `selection`: the best configuration's predictions, with the choice of it repeated in every resample. */
export function selectionTable(method: Method, rows: readonly SelectedPrediction[]): Table {
  return tableOf<SelectedPrediction>(rows, [
    via(methodColumn(method), (row) => row),
    { name: "task", type: "string", value: ({ task }) => task },
    { name: "target", type: "string", value: ({ target }) => target },
    ...axisColumns(method).map(ofConfiguration),
    { name: "predicted", type: "float64", value: ({ predicted }) => predicted },
    { name: "actual", type: "float64", value: ({ actual }) => actual },
    { name: "level", type: "float64", value: ({ level }) => level },
    { name: "lower", type: "float64", value: ({ repeated }) => repeated.lower },
    { name: "upper", type: "float64", value: ({ repeated }) => repeated.upper },
    { name: "lower_fixed", type: "float64", value: ({ fixed }) => fixed.lower },
    { name: "upper_fixed", type: "float64", value: ({ fixed }) => fixed.upper },
    { name: "chosen_again", type: "float64", value: ({ chosenAgain }) => chosenAgain },
    {
      name: "configurations_chosen",
      type: "int64",
      value: ({ configurationsChosen }) => configurationsChosen,
    },
    { name: "degenerate", type: "int64", value: ({ repeated }) => repeated.dropped },
  ]);
}
