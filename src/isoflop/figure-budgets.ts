import * as Plot from "@observablehq/plot";
import { groupBy } from "../collections.ts";
import { LOSS_LABEL, leftOutTasks, MOST_TASKS } from "../draw/caption.ts";
import type { Figure, LegendItem, Panel } from "../draw/figure.ts";
import { curve, dots } from "../draw/marks.ts";
import { grid, powerOfTen } from "../draw/numbers.ts";
import { drawPanel } from "../draw/panel.ts";
import { num, type Row, str, tableOfRecords } from "../draw/records.ts";
import { groupValues, type ValueGroup } from "../draw/sizes.ts";
import { usedSizes } from "./curve.ts";
import { describeSetting, type IsoflopGroup, isoflopGroups } from "./groups.ts";
import { interpolations } from "./interpolations.ts";

const BEST = "var(--ink)";

interface Place {
  x: number;
  y: number;
}

/** Loss against model size for each budget, with the best size (Brandfonbrener et al., 2024, figure 11). */
export const isoflop: Figure = {
  name: "isoflop",
  part: "data",
  title: "Loss against model size, budget by budget",
  needs: "an isoflop analysis (key `isoflop`)",
  draw(job) {
    const all = isoflopGroups(job);
    if (all.length === 0) return { missing: "the sweep has no isoflop analysis: key isoflop asks for it" };
    const withSomething = all.filter(
      ({ budgets, points }) => points.size > 0 || budgets.some(({ n }) => n !== null),
    );
    if (withSomething.length === 0)
      return { missing: "no budget has a best size, and table isoflop_points is not there" };
    const shown = withSomething.slice(0, MOST_TASKS);
    const colours = groupValues(
      shown.flatMap(({ budgets }) => budgets.map((row) => num(row, "c"))),
      powerOfTen,
    );
    const isMarked = shown.some(({ budgets }) => budgets.some(({ n }) => n !== null));
    const without = shown.flatMap(({ budgets }) => budgets).filter(({ n }) => n === null).length;
    return {
      panels: shown.map((group) => budgetsPanel(group, colours)),
      legend: [
        ...(shown.some(({ points }) => points.size > 0)
          ? colours.map(({ label, colour }): LegendItem => ({ label: `${label} FLOPs`, colour, sign: "dot" }))
          : []),
        ...(isMarked
          ? [{ label: "best size, with its interval", colour: BEST, sign: "diamond" } as const]
          : []),
      ],
      caption:
        `${describeSetting(job)} A dot is the mean of the runs of a size, a line the curve whose lowest point is the best size.` +
        `${without > 0 ? ` ${without} of ${shown.flatMap(({ budgets }) => budgets).length} budgets have none: table isoflop has the reasons.` : ""}` +
        `${leftOutTasks(withSomething.length, shown.length).replace("task", "panel")}`,
      data: tableOfRecords(shown.flatMap(dataOf)),
    };
  },
};

function budgetsPanel({ name, budgets, points }: IsoflopGroup, colours: readonly ValueGroup[]): Panel {
  const sizes = budgets.map((row) => sizesOf(points.get(num(row, "c")) ?? []));
  const lines = linesOf(budgets, sizes);
  const drawn = budgets.map((row, b) => {
    const c = num(row, "c");
    return {
      colour: colours.find(({ has }) => has(c))?.colour ?? "var(--muted)",
      ...{ sizes: sizes[b]!, line: lines[b]! },
    };
  });
  const best = budgets
    .map((row) => ({
      x: num(row, "n"),
      y: num(row, "loss"),
      lower: num(row, "n_lower"),
      upper: num(row, "n_upper"),
    }))
    .filter(({ x, y }) => x > 0 && Number.isFinite(y));
  const places = [...drawn.flatMap(({ sizes, line }) => [...sizes, ...line]), ...best];
  const bars = best.filter(({ lower, upper }) => lower > 0 && Number.isFinite(upper));
  return drawPanel({
    title: name,
    x: {
      label: "model parameters N",
      scale: "log",
      ticks: "count",
      values: places.map(({ x }) => x),
    },
    y: { label: LOSS_LABEL, values: places.map(({ y }) => y) },
    marks: [
      ...drawn.flatMap(({ colour, sizes, line }) => [curve(line, colour), dots(sizes, colour, 2.4)]),
      Plot.ruleY(bars, { y: "y", x1: "lower", x2: "upper", stroke: BEST, strokeWidth: 2.4, clip: "frame" }),
      Plot.dot(best, { x: "x", y: "y", symbol: "diamond", r: 4, fill: BEST }),
    ],
  });
}

/** Mean loss of each size, ascending. */
function sizesOf(points: readonly Row[]): Place[] {
  return Array.from(
    groupBy(points, (row) => num(row, "n")),
    ([x, own]) => ({
      x,
      y: own.reduce((sum, row) => sum + num(row, "loss"), 0) / own.length,
    }),
  ).toSorted((a, b) => a.x - b.x);
}

/** The curve of each budget, with what the budgets have in common. */
function linesOf(rows: readonly Row[], sizes: readonly Place[][]): Place[][] {
  const interpolation = interpolations.get(str(rows[0], "interpolation"));
  if (interpolation === undefined) return rows.map(() => []);
  const curves = sizes.map((own) => {
    const all = {
      x: Float64Array.from(own, ({ x }) => Math.log(x)),
      losses: Float64Array.from(own, ({ y }) => y),
    };
    const used = usedSizes(interpolation, all, num(rows[0], "window"));
    return { x: all.x.subarray(...used), losses: all.losses.subarray(...used) };
  });
  const shape = interpolation.shape?.(curves);
  return curves.map(({ x, losses }) => {
    const found = interpolation.curve(x, losses, shape);
    if (found === undefined) return [];
    return grid(found.from, found.to, 40, false).map((at) => ({ x: Math.exp(at), y: found.at(at) }));
  });
}

function dataOf({ name, budgets, points }: IsoflopGroup): Row[] {
  return budgets.flatMap((row) => [
    ...(points.get(num(row, "c")) ?? []).map(({ c, run, n, d, loss }) => ({
      ...{ of: name, what: "run", c: c!, run: run!, n: n!, d: d!, loss: loss! },
    })),
    ...(row.n === null
      ? []
      : [
          {
            of: name,
            what: "best",
            c: row.c!,
            n: row.n!,
            d: row.d!,
            loss: row.loss!,
            n_lower: row.n_lower!,
            n_upper: row.n_upper!,
          },
        ]),
  ]);
}
