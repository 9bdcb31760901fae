import type { Table } from "../../tables/table.ts";
import { relativeError, type ScoredPrediction } from "../score.ts";
import { tableOf } from "../table-of.ts";
import { type Correlation, pearson } from "./pearson.ts";
import type { FinalSpread } from "./variance.ts";

interface Row extends Correlation {
  metric: string;
  statistic: string;
  error: string;
  target: string;
  tasks: number;
}

const STATISTICS: Readonly<Record<string, (spread: FinalSpread) => number>> = {
  sd: ({ sd }) => sd,
  rel_sd: ({ relSd }) => relSd,
};

/** Relative errors by the columns of `predictions` that hold them. */
const ERRORS: Readonly<Record<string, (prediction: ScoredPrediction) => number>> = {
  feature_rel_error: (one) => relativeError(one.featurePredicted, one.featureActual),
  link_rel_error: (one) => relativeError(one.linkPredicted, one.actual),
  rel_error: (one) => relativeError(one.predicted, one.actual),
};

/**
 * Table `variance_correlation`: Pearson correlation over tasks of each spread with the absolute value of each
 * relative error (Bhagia et al., 2024, section 5.1: the standard deviation of the loss with the error of step 2).
 *
 * @param predictions of one configuration, one a task and target
 */
export function varianceCorrelationTable(
  spreads: readonly FinalSpread[],
  predictions: readonly ScoredPrediction[],
): Table {
  const targets = [...new Set(predictions.map(({ target }) => target))];
  const metrics = [...new Set(spreads.map(({ metric }) => metric))];
  const rows: Row[] = [];
  for (const target of targets) {
    const ofTarget = new Map(
      predictions.filter((one) => one.target === target).map((one) => [one.cell.task, one]),
    );
    for (const metric of metrics) {
      const ofMetric = spreads.filter((spread) => spread.metric === metric && ofTarget.has(spread.task));
      for (const [statistic, read] of Object.entries(STATISTICS)) {
        for (const [error, errorOf] of Object.entries(ERRORS)) {
          const pairs = ofMetric
            .map((spread) => [read(spread), Math.abs(errorOf(ofTarget.get(spread.task)!))] as const)
            .filter((pair) => pair.every(Number.isFinite));
          const { r, p } = pearson(
            pairs.map(([x]) => x),
            pairs.map(([, y]) => y),
          );
          rows.push({ metric, statistic, error, target, tasks: pairs.length, r, p });
        }
      }
    }
  }
  return tableOf<Row>(rows, [
    { name: "metric", type: "string", value: ({ metric }) => metric },
    { name: "statistic", type: "string", value: ({ statistic }) => statistic },
    { name: "error", type: "string", value: ({ error }) => error },
    { name: "target", type: "string", value: ({ target }) => target },
    { name: "tasks", type: "int64", value: ({ tasks }) => tasks },
    { name: "pearson_r", type: "float64", value: ({ r }) => r },
    { name: "p_value", type: "float64", value: ({ p }) => p },
  ]);
}
