import * as Plot from "@observablehq/plot";
import { groupBy } from "../../collections.ts";
import type { Figure, LegendItem, Panel } from "../../draw/figure.ts";
import { configurationKey, pairOf } from "../../draw/job.ts";
import { dots } from "../../draw/marks.ts";
import { drawPanel } from "../../draw/panel.ts";
import { num, type Row, recordsOf, str, tableOfRecords } from "../../draw/records.ts";
import { category } from "../../draw/theme.ts";

/** The horizontal axes of the panels: the predicates of axis `runs` that vary each, and the column of its values. */
const AXES = [
  { rank: /^flops_rank\b/, column: "total_c", label: "compute of the runs used (FLOPs)", ticks: "power" },
  { rank: /^n(_rank)?\b/, column: "largest_n", label: "parameters of the largest run used", ticks: "count" },
  { rank: /^(xc|d)\b/, column: "largest_xc", label: "longest training used (xC)", ticks: "number" },
] as const;

const ERRORS = [
  { column: "mean_abs_rel_error", label: "whole chain" },
  { column: "mean_feature_abs_rel_error", label: "step 1 alone" },
  { column: "mean_link_abs_rel_error", label: "step 2 alone" },
] as const;

/** The error against the compute, the size and the training length of the runs that were used. */
export const errorCurves: Figure = {
  name: "error-curves",
  part: "choices",
  title: "Error against the runs used",
  needs: "an axis `runs` with several values",
  draw(job) {
    const rows = recordsOf(job.tables.curve_means);
    if (rows.length === 0) return { missing: "axis runs has one value: the error has no curve" };
    const others = job.axes.filter(({ name }) => name !== "runs");
    // The curves are those of the headline configuration, or of the first one where it has no curves.
    const keyOf = (row: Row) => configurationKey(row, others) + pairOf(job, row);
    const groups = [...groupBy(rows, keyOf).values()];
    const headline = keyOf(job.headline[0] ?? {});
    const shown = groups.find((group) => keyOf(group[0]!) === headline) ?? groups[0]!;
    const pair = pairOf(job, shown[0]!);
    const panels = [...groupBy(shown, (row) => str(row, "target"))].flatMap(([target, ofTarget]) =>
      AXES.flatMap((axis) => curvePanel(target, ofTarget, axis)),
    );
    const legend = ERRORS.map(({ label }, i): LegendItem => ({ label, colour: category(i), sign: "line" }));
    return {
      panels,
      legend,
      caption:
        "Mean absolute relative error over the tasks when only some of the fit runs are used: the first by FLOPs, by size, or by " +
        `length of training. Step 2 alone starts from the measured loss. Tasks: ${num(shown[0], "tasks")}.${pair === "" ? "" : ` Corpora: ${pair}.`}`,
      data: tableOfRecords(shown),
    };
  },
};

function curvePanel(
  target: string,
  rows: readonly Row[],
  { rank, column, label, ticks }: (typeof AXES)[number],
): Panel[] {
  const sorted = rows
    .filter((row) => rank.test(str(row, "runs")) || str(row, "runs") === "all")
    .toSorted((a, b) => num(a, column) - num(b, column));
  if (sorted.length < 2) return [];
  const series = ERRORS.map((error, i) => ({
    colour: category(i),
    places: sorted
      .map((row) => ({ x: num(row, column), y: num(row, error.column) }))
      .filter(({ y }) => Number.isFinite(y)),
  }));
  const places = series.flatMap((curve) => curve.places);
  return [
    drawPanel({
      title: target,
      x: { label, scale: "log", ticks, values: places.map(({ x }) => x) },
      y: { label: "mean relative error", ticks: "percent", values: [0, ...places.map(({ y }) => y)] },
      marks: series.flatMap(({ colour, places: line }) => [
        Plot.line(line, { x: "x", y: "y", stroke: colour, strokeWidth: 1.6 }),
        dots(line, colour),
      ]),
    }),
  ];
}
