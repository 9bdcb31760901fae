import * as Plot from "@observablehq/plot";
import { groupBy } from "../collections.ts";
import { describeHeadline, leftOutTasks, MOST_TASKS, predictedLabel } from "../draw/caption.ts";
import type { Figure, LegendItem, Panel } from "../draw/figure.ts";
import { configurationKey } from "../draw/job.ts";
import { band, curve } from "../draw/marks.ts";
import { drawPanel } from "../draw/panel.ts";
import { distinct, num, type Row, recordsOf, str, tableOfRecords } from "../draw/records.ts";
import { category } from "../draw/theme.ts";

/** Predicted values along the share of a source, with the best mixture. */
export const mixtures: Figure = {
  name: "mixtures",
  part: "data",
  title: "Mixtures of the training data",
  needs: "a sweep that looks for mixtures (lawfit mix)",
  draw(job) {
    const all = recordsOf(job.tables.mixtures);
    if (all.length === 0) return { missing: "the sweep looked for no mixture: lawfit mix does" };
    const headline = configurationKey(job.headline[0] ?? {}, job.axes);
    const keys = distinct(all.map((row) => configurationKey(row, job.axes)));
    const key = keys.includes(headline) ? headline : keys[0];
    const level = all[0]!.level ?? null;
    const isShown = (row: Row) => configurationKey(row, job.axes) === key && (row.level ?? null) === level;
    const mixtures = all.filter(isShown);
    const optima = recordsOf(job.tables.mixture_optima).filter(isShown);
    const groups = [...groupBy(mixtures, (row) => JSON.stringify([str(row, "task"), str(row, "target")]))];
    const shown = groups.slice(0, MOST_TASKS);
    const varied = distinct(mixtures.map((row) => str(row, "varied")));
    const isInterval = mixtures.some((row) => Number.isFinite(num(row, "lower")));
    return {
      panels: shown.map(([, rows]) => {
        const optimum = optima.find((row) => row.task === rows[0]!.task && row.target === rows[0]!.target);
        return mixturePanel(rows, varied, optimum, predictedLabel(job));
      }),
      legend: [
        ...varied.map(
          (name, i): LegendItem => ({ label: `share of ${name}`, colour: category(i), sign: "line" }),
        ),
        { label: "best share", colour: "var(--good)", sign: "dashes" },
        ...(isInterval
          ? varied.map(
              (name, i): LegendItem => ({
                label: `interval along ${name}`,
                colour: category(i),
                sign: "band",
              }),
            )
          : []),
        ...(isInterval
          ? [{ label: "interval of the best share", colour: "var(--good)", sign: "band" } as const]
          : []),
      ],
      caption:
        `${describeHeadline(job)} Predicted value at the target's size along the share of a source; the best mixture at the dashed line` +
        `${isInterval ? `, bands: ${Number(level) * 100} % percentile intervals over ${num(optima[0], "draws")} resamples` : "; no intervals without a bootstrap"}.` +
        leftOutTasks(groups.length, shown.length),
      data: tableOfRecords(
        mixtures.map(({ cell, method, ...row }) =>
          withoutAxes(
            row,
            job.axes.map(({ name }) => name),
          ),
        ),
      ),
    };
  },
};

function withoutAxes(row: Row, axes: readonly string[]): Row {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !axes.includes(name)));
}

function mixturePanel(
  rows: readonly Row[],
  varied: readonly string[],
  optimum: Row | undefined,
  label: string,
): Panel {
  const curves = [...groupBy(rows, (row) => str(row, "varied"))].map(([name, alongSource]) => ({
    colour: category(varied.indexOf(name)),
    line: alongSource
      .map((row) => {
        return {
          x: num(row, `mix.${name}`),
          y: num(row, "predicted"),
          lower: num(row, "lower"),
          upper: num(row, "upper"),
        };
      })
      .toSorted((a, b) => a.x - b.x),
  }));
  const places = curves.flatMap(({ line }) => line);
  // An interval that reaches far beyond the curve would press it flat.
  const [low, high] = [Math.min(...places.map(({ y }) => y)), Math.max(...places.map(({ y }) => y))];
  const room = 1.5 * (high - low);
  const ends = places
    .flatMap(({ lower, upper }) => [lower, upper])
    .map((end) => Math.min(high + room, Math.max(low - room, end)));
  const [name] = varied;
  const isOne = curves.length === 1 && name !== undefined && optimum !== undefined;
  const share = isOne ? num(optimum, `mix.${name}`) : Number.NaN;
  const interval = isOne
    ? { x1: num(optimum, `mix.${name}_lower`), x2: num(optimum, `mix.${name}_upper`) }
    : undefined;
  return drawPanel({
    title: `${str(rows[0], "task")}, ${str(rows[0], "target")}`,
    x: {
      label: isOne ? `share of ${name}` : "share of the source",
      ticks: "percent",
      values: places.map(({ x }) => x),
    },
    y: { label: `predicted ${label}`, values: [low, high, ...ends] },
    marks: [
      ...(interval && Number.isFinite(interval.x1 + interval.x2)
        ? [Plot.rectX([interval], { x1: "x1", x2: "x2", fill: "var(--good)", fillOpacity: 0.18 })]
        : []),
      ...curves.flatMap(({ colour, line }) => [band(line, colour), curve(line, colour)]),
      ...(Number.isFinite(share)
        ? [Plot.ruleX([share], { stroke: "var(--good)", strokeDasharray: "5 3", strokeWidth: 1.6 })]
        : []),
    ],
  });
}
