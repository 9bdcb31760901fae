import type { TargetDraws } from "../bootstrap/bootstrap-cells.ts";
import { targetColumn } from "../plan/cell-columns.ts";
import type { Cell } from "../plan/plan-sweep.ts";
import type { Table } from "../tables/table.ts";
import { count, number, tableOf, text } from "../tables/table-of.ts";

/** Number of draws that are made a table at once. */
export const MOST_DRAWS = 50_000;

const none = new Float64Array(0);
export const noDraws: TargetDraws["values"] = { predicted: none, feature: none, link: none };

/** Rows of table `draws`: a target of a cell, one for each replicate, from a given replicate (counted from 0) on. */
export function drawsTable(
  { id, task }: Pick<Cell, "id" | "task">,
  target: string,
  { predicted, feature, link }: TargetDraws["values"],
  first: number,
): Table {
  const draws = Array.from(predicted.subarray(first, first + MOST_DRAWS), (value, i) => ({
    cell: id,
    task,
    target,
    replicate: first + i + 1,
    predicted: value,
    featurePredicted: feature[first + i],
    linkPredicted: link[first + i],
  }));
  return tableOf(draws, [
    count("cell", "number of the cell, from 0"),
    text("task", "subject that is predicted"),
    targetColumn,
    count("replicate", "number of the resample, from 1"),
    number("predicted", "predicted score; null if the replicate is degenerate"),
    number("feature_predicted", "the first stage's prediction"),
    number("link_predicted", "score from the actual feature"),
  ]);
}
