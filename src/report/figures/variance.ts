import * as Plot from "@observablehq/plot";
import { groupBy } from "../../collections.ts";
import { marginFor } from "../../draw/escape.ts";
import type { Figure, Panel } from "../../draw/figure.ts";
import { plotPanel } from "../../draw/panel.ts";
import { distinct, num, type Row, recordsOf, str, tableOfRecords } from "../../draw/records.ts";
import { percent } from "../../text.ts";

const MOST_ROWS = 40;

/** The figure of the spread of metrics over the last checkpoints. */
export const variance: Figure = {
  name: "variance",
  part: "choices",
  title: "Variance of the last checkpoints",
  needs: "several checkpoints of the largest fit run",
  draw(job) {
    const rows = recordsOf(job.tables.variance).filter((row) => Number.isFinite(num(row, "rel_sd")));
    if (rows.length === 0)
      return { missing: "no metric has several checkpoints at the end of the largest run" };
    const metrics = [...groupBy(rows, (row) => str(row, "metric"))];
    const tasks = Math.max(...metrics.map(([, ofMetric]) => ofMetric.length));
    const correlations = recordsOf(job.tables.variance_correlation).filter(
      (row) => row.statistic === "sd" && row.metric === "loss" && row.error === "link_rel_error",
    );
    const related = correlations
      .filter((row) => Number.isFinite(num(row, "pearson_r")))
      .map(
        (row) =>
          `${num(row, "pearson_r").toFixed(2)} (${str(row, "target")}, p = ${Number(num(row, "p_value").toPrecision(2))})`,
      );
    return {
      panels: metrics.map(([metric, ofMetric]) => metricPanel(metric, ofMetric)),
      legend: [{ label: "relative standard deviation", colour: "var(--fit)", sign: "dot" }],
      caption:
        `Standard deviation over mean of the last ${num(rows[0], "checkpoints")} checkpoints of run ${distinct(rows.map((row) => str(row, "run"))).join(", ")}, ` +
        "as measured, largest first. A task whose metric moves much is hard to predict." +
        `${related.length > 0 ? ` Correlation of the loss's deviation with step 2's error over tasks: ${related.join(", ")}.` : ""}` +
        `${tasks > MOST_ROWS ? ` The first ${MOST_ROWS} of ${tasks} tasks.` : ""}`,
      data: tableOfRecords(rows),
    };
  },
};

function metricPanel(metric: string, rows: readonly Row[]): Panel {
  const spreads = rows
    .map((row) => ({ task: str(row, "task"), spread: num(row, "rel_sd") }))
    .toSorted((a, b) => b.spread - a.spread)
    .slice(0, MOST_ROWS);
  const marginLeft = marginFor(
    spreads.map(({ task }) => task),
    180,
  );
  return plotPanel({
    title: metric,
    width: 390,
    height: 70 + 15 * spreads.length,
    plot: {
      ...{ marginLeft, marginBottom: 36, marginRight: 58 },
      x: {
        ...{ label: "standard deviation / mean", grid: true, zero: true, ticks: 4 },
        tickFormat: (value: number) => percent(value) || "0 %",
      },
      y: { type: "point", domain: spreads.map(({ task }) => task), label: null },
    },
    marks: [
      Plot.ruleY(spreads, { y: "task", x1: 0, x2: "spread", stroke: "var(--fit)", strokeOpacity: 0.5 }),
      Plot.dot(spreads, { y: "task", x: "spread", fill: "var(--fit)", r: 3.5 }),
      Plot.text(spreads, {
        y: "task",
        x: "spread",
        text: (row) => percent(row.spread),
        textAnchor: "start",
        dx: 7,
        fill: "var(--muted)",
      }),
    ],
  });
}
