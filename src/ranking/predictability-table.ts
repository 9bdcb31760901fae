import { recordsOf, str } from "../draw/records.ts";
import { formatTable } from "../tables/format.ts";
import { type Table, textColumn } from "../tables/table.ts";
import { count, number, tableOf, text } from "../tables/table-of.ts";
import type { Predictability } from "./predictability.ts";

/** Table `predictability`: a row for each task whose score is predicted. */
export function predictabilityTable(tasks: readonly Predictability[]): Table {
  return tableOf<Predictability>(tasks, [
    text("task", "subject"),
    text("metric", "metric that is predicted"),
    text(
      "verdict",
      "`predictable`, `noisy`, `do not extrapolate`, or `not known` with fewer than 5 roll-outs",
    ),
    text("reason", "the numbers that decided it"),
    count("runs", "fit runs that have the metric"),
    number(
      "checkpoint_sd",
      "noise of one checkpoint, from the differences of neighbours among the last 10 of each run; null for one checkpoint a run",
    ),
    number(
      "seed_sd",
      "standard deviation of the last score of runs of equal size and tokens, pooled; null without such runs",
    ),
    number("signal", "standard deviation of the last score over all fit runs (population)"),
    number(
      "signal_to_noise",
      "signal over the larger of the two kinds of noise; null where neither is known",
    ),
    number("chance", "score of guessing; null where the table and the sweep do not say it"),
    number("largest_score", "last score of the fit run with the most FLOPs"),
    number("above_chance", "how far it is above chance, in standard deviations of noise"),
    count("roll_outs", "back-tests of the reference configuration whose score is measured"),
    count("determined", "those that the runs up to the cut determine"),
    number("roll_out_error", "median of abs(predicted - actual) over these, in the unit of the score"),
    number("naive_error", "the same where the score of the largest run up to the cut is the prediction"),
    number("skill", "1 - roll_out_error / naive_error: 1 is no error, 0 no better than without a law"),
  ]);
}

/** Rows that the terminal prints. */
const MOST_ROWS = 60;

/** Table `predictability` for people; empty where no task is judged. */
export function formatPredictability(table: Table): string {
  const rows = recordsOf(table);
  if (rows.length === 0) return "";
  const columns = ["task", "verdict", "reason"].map((name) =>
    textColumn(name, rows, (row) => str(row, name)),
  );
  return `\nwhich tasks can be predicted, by their noise and by roll-outs\n${formatTable({ rows: rows.length, columns }, { maxRows: MOST_ROWS })}`;
}
