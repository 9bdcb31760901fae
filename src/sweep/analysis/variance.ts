import { Matrix } from "ml-matrix";
import { finalPart, type Measured, mean, measureFitRuns } from "../../methods/measured.ts";
import { ALL_RUNS, type RunIndex } from "../../methods/runs.ts";
import type { Table } from "../../tables/table.ts";
import { tableOf } from "../table-of.ts";

/** Checkpoints that the variance analysis looks back on; the paper's n = 10. */
export const VARIANCE_WINDOW = 10;

/** Spread of a metric of a task between neighbouring checkpoints at the end of training. */
export interface FinalSpread {
  task: string;
  metric: string;
  /** The fit run with the most FLOPs among those that have the metric. */
  run: string;
  /** Checkpoints looked at: the last 10, or as many as there are. */
  checkpoints: number;
  mean: number;
  /** Population standard deviation (ddof 0), in the unit of the metric; NaN of one checkpoint. */
  sd: number;
  /** sd / mean. */
  relSd: number;
}

/**
 * Variance analysis (Bhagia et al., 2024, section 5.1, equation 3): for each task and metric the standard deviation
 * of the last checkpoints, as they were measured, of the largest fit run. A metric that no fit run has of a task
 * gives nothing.
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
      const { values } = finalPart(largest.measured, VARIANCE_WINDOW);
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
    { name: "task", type: "string", value: ({ task }) => task },
    { name: "metric", type: "string", value: ({ metric }) => metric },
    { name: "run", type: "string", value: ({ run }) => run },
    { name: "checkpoints", type: "int64", value: ({ checkpoints }) => checkpoints },
    { name: "mean", type: "float64", value: (one) => one.mean },
    { name: "sd", type: "float64", value: ({ sd }) => sd },
    { name: "rel_sd", type: "float64", value: ({ relSd }) => relSd },
  ]);
}
