import * as Plot from "@observablehq/plot";
import { groupBy } from "../collections.ts";
import { leftOutTasks, MOST_TASKS } from "../draw/caption.ts";
import { marginFor } from "../draw/escape.ts";
import type { Figure, LegendItem, Panel } from "../draw/figure.ts";
import { configurationKey, type LoadedJob, variedAxes } from "../draw/job.ts";
import { drawPanel, plotPanel } from "../draw/panel.ts";
import { num, type Row, recordsOf, str, tableOfRecords } from "../draw/records.ts";
import { percent } from "../text.ts";

/** How decisions are made, and the colour of each. */
const METHODS: Readonly<Record<string, string>> = {
  ranking: "var(--muted)",
  own: "var(--o1)",
  shared: "var(--fit)",
  partial: "var(--good)",
};

/** Predictions of the recipes at each target, and how decisions from smaller runs did. */
export const recipesFigure: Figure = {
  name: "recipes",
  part: "answer",
  title: "Recipes compared",
  needs: "table `recipes` (`lawfit compare-recipes --out`)",
  concerns: ({ tables }) => tables.recipes !== undefined,
  draw(job: LoadedJob) {
    const rows = recordsOf(job.tables.recipes).filter(({ status }) => status === "ok");
    if (rows.length === 0) return { missing: "the table has no recipe" };
    const keyOf = (row: Row) => `${str(row, "response")} ${configurationKey(row, job.axes)}`;
    const varied = variedAxes(job.tables.recipes, job.axes);
    /** What tells a panel from those of other responses, laws and losses. */
    const titleOf = (row: Row | undefined, of: string) =>
      [str(row, "response"), of, ...varied.map(({ name }) => `${name} ${str(row, name)}`)]
        .filter((part) => part !== "")
        .join(", ");
    const targets = [...groupBy(rows, (row) => `${keyOf(row)} ${row.target}`).values()];
    const decisions = [...groupBy(recordsOf(job.tables.recipe_decisions), keyOf).values()];
    const all = [
      ...targets.map((of) => recipesPanel(of, titleOf(of[0], str(of[0], "target")))),
      ...decisions.map((of) => decisionsPanel(of, titleOf(of[0], "decisions from smaller runs"))),
    ];
    const used = new Set(decisions.flat().map((row) => str(row, "method")));
    const legend: LegendItem[] = [
      {
        label: `predicted, ${percent(num(rows[0], "level"), 3)} interval`,
        colour: "var(--fit)",
        sign: "diamond",
      },
      ...Object.entries(METHODS)
        .filter(([method]) => used.has(method))
        .map(
          ([method, colour]): LegendItem => ({
            ...{ colour, sign: "line" },
            label:
              method === "ranking"
                ? "decided by the largest small runs"
                : `decided by laws, ${method} exponents`,
          }),
        ),
    ];
    return {
      panels: all.slice(0, MOST_TASKS),
      legend,
      caption:
        "Predictions of the recipes, the best at the top, and the share of pairs that runs up to a cost order as the largest runs are." +
        leftOutTasks(all.length, Math.min(all.length, MOST_TASKS)).replace("task", "panel"),
      data: tableOfRecords(rows),
    };
  },
};

function recipesPanel(rows: readonly Row[], title: string): Panel {
  const places = rows.map((row) => ({
    ...{
      x: num(row, "predicted"),
      lower: num(row, "lower"),
      upper: num(row, "upper"),
      y: str(row, "recipe"),
    },
  }));
  const names = places.map(({ y }) => y);
  return plotPanel({
    ...{ title, width: 320, height: Math.max(140, 64 + 18 * rows.length) },
    plot: {
      ...{ marginLeft: marginFor(names, 130), marginBottom: 38, grid: true },
      x: { label: "predicted", nice: true },
      y: { type: "point", domain: names, label: null },
    },
    marks: [
      Plot.ruleY(places, { x1: "lower", x2: "upper", y: "y", stroke: "var(--fit)", strokeWidth: 1.6 }),
      Plot.dot(places, { x: "x", y: "y", symbol: "diamond", r: 4, fill: "var(--fit)" }),
    ],
  });
}

function decisionsPanel(rows: readonly Row[], title: string): Panel {
  const methods = groupBy(
    rows.filter(({ accuracy }) => accuracy !== null),
    (row) => str(row, "method"),
  );
  return drawPanel({
    title,
    x: {
      label: "runs up to a cost of",
      scale: "log",
      ticks: "power",
      values: rows.map((row) => num(row, "cut")),
    },
    y: {
      label: "pairs in the right order",
      ticks: "percent",
      values: [0.5, 1, ...rows.map((row) => num(row, "accuracy")).filter((value) => !Number.isNaN(value))],
    },
    marks: Array.from(methods, ([method, of]) => {
      const places = of.map((row) => ({ x: num(row, "cut"), y: num(row, "accuracy") }));
      return [
        Plot.line(places, {
          x: "x",
          y: "y",
          stroke: METHODS[method] ?? "var(--ink)",
          strokeWidth: 1.8,
          clip: "frame",
        }),
        Plot.dot(places, { x: "x", y: "y", r: 2.6, fill: METHODS[method] ?? "var(--ink)", clip: "frame" }),
      ];
    }).flat(),
  });
}
