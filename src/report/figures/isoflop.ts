import * as Plot from "@observablehq/plot";
import { groupBy } from "../../group-by.ts";
import { interpolations } from "../../isoflop/interpolations.ts";
import { leftOutTasks, MOST_TASKS } from "../caption.ts";
import { curve, dots } from "../draw/marks.ts";
import { grid, powerOfTen } from "../draw/numbers.ts";
import { drawPanel } from "../draw/panel.ts";
import type { Figure, LegendItem, Panel } from "../figure.ts";
import { describeSetting, type IsoflopGroup, isoflopGroups } from "../isoflop-groups.ts";
import { LOSS_LABEL } from "../labels.ts";
import { num, type Row, str, tableOfRecords } from "../records.ts";
import { groupValues, type ValueGroup } from "../sizes.ts";

const BEST = "var(--ink)";

/** Loss against model size for each budget, with the best size (Brandfonbrener et al., 2024, figure 11). */
export const isoflop: Figure = {
  name: "isoflop",
  title: "Loss against model size, budget by budget",
  needs: "an isoflop analysis (key `isoflop`)",
  draw(run) {
    const all = isoflopGroups(run);
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
        `${describeSetting(run)} A dot is the mean of the runs of a size, a line the curve whose lowest point is the best size.` +
        `${without > 0 ? ` ${without} of ${shown.flatMap(({ budgets }) => budgets).length} budgets have none: table isoflop has the reasons.` : ""}` +
        `${leftOutTasks(withSomething.length, shown.length).replace("task", "panel")}`,
      data: tableOfRecords(shown.flatMap(dataOf)),
    };
  },
};

function budgetsPanel({ name, budgets, points }: IsoflopGroup, colours: readonly ValueGroup[]): Panel {
  const drawn = budgets.map((row) => {
    const c = num(row, "c");
    const sizes = sizesOf(points.get(c) ?? []);
    return {
      colour: colours.find(({ has }) => has(c))?.colour ?? "var(--muted)",
      sizes,
      line: lineOf(row, sizes),
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
function sizesOf(points: readonly Row[]): { x: number; y: number }[] {
  return Array.from(
    groupBy(points, (row) => num(row, "n")),
    ([x, own]) => ({
      x,
      y: own.reduce((sum, row) => sum + num(row, "loss"), 0) / own.length,
    }),
  ).toSorted((a, b) => a.x - b.x);
}

function lineOf(row: Row, sizes: readonly { x: number; y: number }[]): { x: number; y: number }[] {
  const window = num(row, "window");
  const found = interpolations.get(str(row, "interpolation"))?.curve(
    Float64Array.from(sizes, ({ x }) => Math.log(x)),
    Float64Array.from(sizes, ({ y }) => y),
    Number.isFinite(window) ? Math.log(window) : Number.POSITIVE_INFINITY,
  );
  if (found === undefined) return [];
  return grid(found.from, found.to, 40, false).map((x) => ({ x: Math.exp(x), y: found.at(x) }));
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
