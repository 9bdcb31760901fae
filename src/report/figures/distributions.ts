import * as Plot from "@observablehq/plot";
import { groupBy } from "../../collections.ts";
import { describeHeadline, leftOutTasks, MOST_TASKS, predictedLabel } from "../../draw/caption.ts";
import type { Figure, Panel } from "../../draw/figure.ts";
import { drawPanel } from "../../draw/panel.ts";
import { type HeadlinePrediction, headlinePredictions } from "../../draw/predictions.ts";
import { num, type Row, recordsOf, str, tableOfRecords } from "../../draw/records.ts";
import { findColumn } from "../../tables/table.ts";

const BINS = 30;

/** The figure of the distribution of each prediction's replicates. */
export const distributions: Figure = {
  name: "distributions",
  part: "uncertainty",
  title: "Bootstrap distributions",
  needs: "draws of a bootstrap (`draws: true`)",
  draw(job) {
    const { draws } = job.tables;
    if (draws === undefined) {
      const reason = job.missing.get("draws");
      if (reason !== undefined) return { missing: `table draws: ${reason}` };
      return {
        missing:
          job.tables.intervals === undefined
            ? "the sweep was not resampled: lawfit bootstrap does"
            : "the run keeps intervals and no draws: lawfit bootstrap --draws keeps them",
      };
    }
    const cells = new Set<unknown>(job.headline.map(({ cell }) => cell));
    const column = findColumn(draws, "cell");
    const rows = recordsOf(draws, (row) => cells.has(column?.values[row]));
    const groups = [...groupBy(rows, (row) => JSON.stringify([row.cell, row.target]))];
    if (groups.length === 0) return { missing: "table draws has no replicate of the headline configuration" };
    const predictions = headlinePredictions(job);
    const shown = groups.slice(0, MOST_TASKS);
    const label = predictedLabel(job);
    return {
      panels: shown.map(([, replicates]) => {
        const { cell, target } = replicates[0]!;
        return drawsPanel(
          replicates,
          predictions.find((prediction) => prediction.cell === cell && prediction.target === target),
          label,
        );
      }),
      legend: [
        { label: "replicates", colour: "var(--muted)", sign: "square" },
        { label: "prediction", colour: "var(--fit)", sign: "line" },
        { label: "ends of the interval", colour: "var(--fit)", sign: "dashes" },
        { label: "measured", colour: "var(--ink)", sign: "line" },
      ],
      caption:
        `${describeHeadline(job)} ${groups[0]![1].length} replicates a prediction; those beyond 1 and 99 % of them are counted in the ` +
        `outermost bars.${leftOutTasks(groups.length, shown.length).replace("task", "prediction")}`,
      data: tableOfRecords(
        shown.flatMap(([, replicates]) =>
          replicates.map(({ cell, task, target, replicate, predicted }) => ({
            cell: cell!,
            task: task!,
            target: target!,
            replicate: replicate!,
            predicted: predicted!,
          })),
        ),
      ),
    };
  },
};

function drawsPanel(rows: readonly Row[], prediction: HeadlinePrediction | undefined, label: string): Panel {
  const sorted = rows
    .map((row) => num(row, "predicted"))
    .filter(Number.isFinite)
    .toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  const [low, high] = [at(0.01), at(0.99) > at(0.01) ? at(0.99) : at(0.01) + 1e-9];
  const width = (high - low) / BINS;
  const counts = new Array<number>(BINS).fill(0);
  for (const value of sorted)
    counts[Math.min(BINS - 1, Math.max(0, Math.floor((value - low) / width)))]! += 1;
  const bars = counts.map((count, i) => ({ x1: low + i * width, x2: low + (i + 1) * width, count }));
  const lines = (values: (number | undefined)[]) =>
    values.filter((value): value is number => value !== undefined && Number.isFinite(value));
  const { interval, predicted, actual } = prediction ?? {};
  const ends = lines([interval?.lower, interval?.upper]);
  return drawPanel({
    title: `${prediction?.label ?? str(rows[0], "task")}, ${str(rows[0], "target")}`,
    x: { label: `predicted ${label}`, values: [low, high, ...ends, ...lines([predicted, actual])] },
    y: { label: "replicates", values: [0, ...counts] },
    marks: [
      Plot.rectY(bars, {
        x1: "x1",
        x2: "x2",
        y: "count",
        fill: "var(--muted)",
        fillOpacity: 0.5,
        insetLeft: 0.5,
        insetRight: 0.5,
      }),
      Plot.ruleX(lines([predicted]), { stroke: "var(--fit)", strokeWidth: 2 }),
      Plot.ruleX(ends, { stroke: "var(--fit)", strokeWidth: 1.5, strokeDasharray: "5 3" }),
      Plot.ruleX(lines([actual]), { stroke: "var(--ink)", strokeWidth: 2 }),
    ],
  });
}
