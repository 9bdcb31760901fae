import { groupBy } from "../collections.ts";
import type { SolvedSweep } from "../extension.ts";
import { axisColumns, cellIdentity, ofCell } from "../plan/cell-columns.ts";
import { fitDoubts } from "../plan/fit-quality.ts";
import type { Cell } from "../plan/plan-sweep.ts";
import type { ScoredPrediction } from "../plan/score.ts";
import { mean } from "../statistics.ts";
import type { Table } from "../tables/table.ts";
import { count, number, tableOf, text } from "../tables/table-of.ts";
import { formatEquation } from "./equation.ts";

interface LawRow {
  cell: Cell;
  problem: string | undefined;
  equation: string | undefined;
  /** What speaks against it. */
  doubts: readonly string[];
  /** Measured rows that are predicted and not fitted. */
  test: readonly ScoredPrediction[];
}

/** Table `laws`: one row for each group of rows and assignment of all axes. */
export function lawsTable({ method, plan, results, predictions }: SolvedSweep): Table {
  const measured = groupBy(
    predictions.filter(({ actual }) => !Number.isNaN(actual)),
    ({ cell }) => cell,
  );
  const rows = plan.cells.map((cell): LawRow => {
    const [stage] = cell.plan.stages;
    const [key] = cell.keys;
    const result = key === undefined ? undefined : results.get(key);
    const solution = result !== undefined && "solution" in result ? result.solution : undefined;
    const isFitted = stage !== undefined && "problem" in stage && solution !== undefined;
    return {
      cell,
      problem: key,
      equation: isFitted ? formatEquation(stage.problem, solution.parameters) : undefined,
      doubts: isFitted ? fitDoubts({ ...stage.problem, key: key! }, solution) : [],
      test: measured.get(cell) ?? [],
    };
  });
  const errors = ({ test }: LawRow) => test.map(({ predicted, actual }) => predicted - actual);
  return tableOf<LawRow>(rows, [
    ...ofCell(cellIdentity(method)),
    ...ofCell(axisColumns(method)),
    text("problem", "its fit in table `fits`; null if there is none"),
    text("equation", "the law with its numbers"),
    text(
      "doubtful",
      "what speaks against it, with semicolons: no better than the mean of the response, or not found twice; null where nothing is",
      ({ doubts }) => doubts.join("; ") || null,
    ),
    count("test_rows", "measured rows that are predicted and not fitted", ({ test }) => test.length),
    number(
      "test_r_squared",
      "1 - squares of their errors / squares of their deviations from their mean",
      (row) => {
        const actual = row.test.map((prediction) => prediction.actual);
        const centre = mean(actual);
        const deviations = actual.reduce((sum, y) => sum + (y - centre) ** 2, 0);
        if (!(deviations > 0)) return Number.NaN;
        return 1 - errors(row).reduce((sum, error) => sum + error * error, 0) / deviations;
      },
    ),
    number("test_mean_abs_error", "mean of abs(predicted - actual)", (row) =>
      mean(errors(row).map(Math.abs)),
    ),
    number("test_mean_abs_rel_error", "mean of abs((predicted - actual) / actual)", ({ test }) =>
      mean(test.map(({ predicted, actual }) => Math.abs((predicted - actual) / actual))),
    ),
  ]);
}
