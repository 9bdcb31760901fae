import { readCheckpointTable } from "../../dist/index.js";
import { ladderSeries, readSeriesSource } from "../../dist/throughput/bench-problems.js";

/**
 * The benchmark's problems: every loss series of the ladder and one link, of 1,400 points where the table has them. From
 * the table given, else the real runs where they are found, else the simulated sample.
 */
export async function readSeries({ table }) {
  if (table !== undefined) return { data: table, series: ladderSeries(await readCheckpointTable(table)) };
  const source = await readSeriesSource();
  return { data: source.data, series: ladderSeries(source.table) };
}

/** The series that is looked at most closely, as a name in the ladder, or the first of its kind. */
export function mainSeries(series) {
  const losses = series.filter(({ kind }) => kind === "loss");
  const loss = losses.find(({ name }) => name === "hellaswag_val") ?? losses[0];
  const link = series.find(({ kind }) => kind === "link");
  return [loss, link].filter((problem) => problem !== undefined);
}
