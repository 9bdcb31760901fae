import { correlation, Matrix } from "ml-matrix";
import type { CheckpointTable } from "./checkpoint-table.ts";

/** How a score of a subject goes with the subject's loss. */
export interface ScoreAgainstLoss {
  subject: string;
  metric: string;
  /** Pearson's, over the checkpoints of fit runs that have both; NaN where one of them does not vary. */
  correlation: number;
}

/**
 * Correlates scores with the metric `loss`, subject by subject; rows with a phase are left out.
 *
 * @param isScore whether a metric of that name is a score
 */
export function scoresAgainstLoss(
  table: CheckpointTable,
  isScore: (metric: string) => boolean,
): ScoreAgainstLoss[] {
  const losses = table.metrics.get("loss");
  if (losses === undefined) return [];
  const rowsOf = new Map<string, number[]>();
  for (let row = 0; row < table.rows; row++) {
    if (table.role[row] !== "fit" || table.phase[row] !== null || Number.isNaN(losses[row])) continue;
    const rows = rowsOf.get(table.subject[row]!);
    if (rows === undefined) rowsOf.set(table.subject[row]!, [row]);
    else rows.push(row);
  }
  const scores = [...table.metrics].filter(([metric]) => isScore(metric));
  return [...rowsOf].flatMap(([subject, rows]) =>
    scores.flatMap(([metric, values]) => {
      const measured = rows.filter((row) => !Number.isNaN(values[row]));
      if (measured.length < 2) return [];
      const column = (from: Float64Array) => Matrix.columnVector(measured.map((row) => from[row]!));
      return [{ subject, metric, correlation: correlation(column(losses), column(values)).get(0, 0) }];
    }),
  );
}
