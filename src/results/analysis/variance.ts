import { correlation, Matrix } from "ml-matrix";
import { twoSidedTail } from "../../intervals/distributions.ts";
import { finalPart } from "../../methods/final-window.ts";
import { type Measured, measureFitRuns } from "../../methods/measured.ts";
import { ALL_RUNS, type RunIndex } from "../../methods/runs.ts";
import { relativeError, type ScoredPrediction } from "../../plan/score.ts";
import { mean } from "../../statistics.ts";
import type { Table } from "../../tables/table.ts";
import { count, number, tableOf, text } from "../../tables/table-of.ts";

/** Number of checkpoints that the variance analysis uses, n = 10 in the paper. */
const VARIANCE_WINDOW = 10;

/** The spread of a task's metric over the last checkpoints of training. */
export interface FinalSpread {
  task: string;
  metric: string;
  /** Name of the fit run with the most FLOPs among those that have the metric. */
  run: string;
  /** Number of checkpoints used: the last 10, or all where there are fewer. */
  checkpoints: number;
  mean: number;
  /** Population standard deviation (ddof 0) in the unit of the metric; NaN for a single checkpoint. */
  sd: number;
  /** sd / mean. */
  relSd: number;
}

/**
 * Variance analysis (Bhagia et al., 2024, section 5.1, equation 3): for each task and metric, the standard deviation of the
 * measured values at the last checkpoints of the largest fit run. There is no entry for a metric that no fit run has for the
 * task.
 */
export function finalSpreads(
  index: RunIndex,
  tasks: readonly string[],
  metrics: readonly string[],
): FinalSpread[] {
  return tasks.flatMap((task) =>
    metrics.flatMap((metric) => {
      const largest = largestRun(index, task, metric);
      if (largest === undefined) return [];
      const { values } = finalPart(largest.measured, VARIANCE_WINDOW, index.table);
      return [{ task, metric, run: largest.run, ...spread(values) }];
    }),
  );
}

function largestRun(
  index: RunIndex,
  task: string,
  metric: string,
): { run: string; measured: Measured } | undefined {
  const { c } = index.table;
  const flops = ({ rows }: Measured) => c[rows.at(-1)!]!;
  const runs = measureFitRuns(index, { quantity: { metric, subjects: [task] }, runs: ALL_RUNS });
  let largest: { run: string; measured: Measured } | undefined;
  for (const [run, measured] of runs) {
    if (largest === undefined || flops(measured) > flops(largest.measured)) largest = { run, measured };
  }
  return largest;
}

function spread(values: Float64Array): Pick<FinalSpread, "checkpoints" | "mean" | "sd" | "relSd"> {
  const centre = mean(values);
  const [deviation] = Matrix.columnVector(values).standardDeviation("column", { unbiased: false });
  const sd = values.length > 1 ? deviation! : Number.NaN;
  return { checkpoints: values.length, mean: centre, sd, relSd: sd / centre };
}

/** Table `variance`: a row for each task and metric. */
export function varianceTable(spreads: readonly FinalSpread[]): Table {
  return tableOf<FinalSpread>(spreads, [
    text("task", "subject"),
    text("metric", "loss, accuracy, ..."),
    text("run", "the run looked at"),
    count("checkpoints", "checkpoints looked at: 10, or as many as there are"),
    number("mean", "their mean"),
    number("sd", "their standard deviation (population, ddof 0); null for one checkpoint"),
    number("rel_sd", "sd / mean"),
  ]);
}

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
  feature_rel_error: (prediction) => relativeError(prediction.featurePredicted, prediction.featureActual),
  link_rel_error: (prediction) => relativeError(prediction.linkPredicted, prediction.actual),
  rel_error: (prediction) => relativeError(prediction.predicted, prediction.actual),
};

/**
 * Table `variance_correlation`: Pearson correlation over tasks of each spread with the absolute value of each
 * relative error (Bhagia et al., 2024, section 5.1: the standard deviation of the loss with the error of step 2).
 *
 * @param predictions the predictions of one configuration, one for each task and target
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
      predictions.filter((row) => row.target === target).map((row) => [row.cell.task, row]),
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
    text("metric", "metric of `variance`"),
    text("statistic", "`sd` or `rel_sd`"),
    text("error", "column of `predictions` whose absolute value it is correlated with"),
    text("target", "target"),
    count("tasks", "tasks with both"),
    number("pearson_r", "Pearson's correlation; null for fewer than 3 tasks or no variation", ({ r }) => r),
    number("p_value", "probability of one as large without any relation (two-sided t test)", ({ p }) => p),
  ]);
}

/** A Pearson correlation; NaN where there are fewer than three pairs or one side does not vary. */
interface Correlation {
  r: number;
  /** Probability of an |r| as large without any correlation (two-sided t test). */
  p: number;
}

/** Correlates two lists of one length. */
export function pearson(x: readonly number[], y: readonly number[]): Correlation {
  const freedom = x.length - 2;
  if (freedom < 1) return { r: Number.NaN, p: Number.NaN };
  const r = correlation(Matrix.columnVector([...x]), Matrix.columnVector([...y])).get(0, 0);
  if (Math.abs(r) >= 1) return { r: Math.sign(r), p: 0 };
  return { r, p: twoSidedTail(r * Math.sqrt(freedom / (1 - r * r)), freedom) };
}
