import * as Plot from "@observablehq/plot";
import { plotPanel } from "../draw/panel.ts";
import type { Figure, Panel } from "../figure.ts";
import { num, type Row, recordsOf, str, tableOfRecords } from "../records.ts";
import type { ReportRun } from "../run.ts";

const MOST_ROWS = 40;

interface Difference {
  name: string;
  difference: number;
  lower: number;
  upper: number;
  pairs: number;
}

/** Design choices ranked by what they change, all else equal. */
export const choices: Figure = {
  name: "choices",
  title: "Design choices, ranked",
  needs: "an axis with several values, compared in pairs",
  draw(run) {
    const rows = recordsOf(run.tables.choices).filter((row) => num(row, "pairs") > 0);
    const all = rows.map((row): Difference => {
      const name = `${str(row, "axis")} ${str(row, "value")}`;
      return {
        name,
        difference: num(row, "diff_abs_rel_error"),
        ...intervalOf(run, row),
        pairs: num(row, "pairs"),
      };
    });
    const known = all.filter(({ difference }) => Number.isFinite(difference));
    if (known.length === 0) return { missing: "no two cells differ in one design choice alone" };
    const shown = known.toSorted((a, b) => a.difference - b.difference).slice(0, MOST_ROWS);
    const bars = shown.filter(({ lower, upper }) => Number.isFinite(lower + upper)).length;
    return {
      panels: [differencePanel(shown)],
      legend: [
        { label: "better than the reference", colour: "var(--good)", sign: "dot" },
        { label: "worse", colour: "var(--bad)", sign: "dot" },
      ],
      caption:
        "Mean difference of the absolute relative error from the axis's reference value, over all pairs of predictions whose other " +
        "choices are equal (numbers of pairs at the right); below 0 is better. " +
        `${bars > 0 ? `Bars: percentile intervals of the difference on the same resamples, of the ${bars} choices that differ from the headline configuration alone.` : "No intervals of the differences: lawfit bootstrap gives them."}` +
        `${known.length > shown.length ? ` The best ${shown.length} of ${known.length}.` : ""}`,
      data: tableOfRecords(rows),
    };
  },
};

/** The interval of a choice made alone in the headline configuration, over all tasks and targets. */
function intervalOf(run: ReportRun, { axis, value }: Row): { lower: number; upper: number } {
  const base = run.headline[0];
  const { comparisons } = run.tables;
  if (base === undefined || comparisons === undefined) return { lower: Number.NaN, upper: Number.NaN };
  const columns = new Map(comparisons.columns.map((column) => [column.name, column]));
  const found = recordsOf(comparisons, (row) => {
    if (columns.get("task")!.values[row] !== null || String(columns.get(String(axis))?.values[row]) !== value)
      return false;
    return run.axes.every(({ name }) => name === axis || columns.get(name)!.values[row] === base[name]);
  })[0];
  return { lower: num(found, "lower"), upper: num(found, "upper") };
}

function differencePanel(rows: readonly Difference[]): Panel {
  const colour = (one: Difference) => (one.difference > 0 ? "var(--bad)" : "var(--good)");
  const marginLeft = Math.min(250, 16 + 6 * Math.max(...rows.map(({ name }) => name.length)));
  const bars = rows.filter(({ lower, upper }) => Number.isFinite(lower + upper));
  return plotPanel({
    width: 640,
    height: 70 + 16 * rows.length,
    plot: {
      ...{ marginLeft, marginBottom: 36, marginRight: 52 },
      x: {
        ...{
          label: "difference of the relative error (points of per cent)",
          labelAnchor: "center",
          labelArrow: "none",
        },
        ...{
          grid: true,
          ticks: 6,
          nice: true,
          tickFormat: (value: number) => String(Number((100 * value).toPrecision(3))),
        },
      },
      y: { type: "point", domain: rows.map(({ name }) => name), label: null },
    },
    marks: [
      Plot.ruleX([0], { stroke: "var(--ink)" }),
      Plot.ruleY(bars, {
        y: "name",
        x1: "lower",
        x2: "upper",
        stroke: colour,
        strokeWidth: 4,
        strokeOpacity: 0.35,
      }),
      Plot.ruleY(rows, { y: "name", x1: 0, x2: "difference", stroke: colour }),
      Plot.dot(rows, { y: "name", x: "difference", fill: colour, r: 4 }),
      Plot.text(rows, {
        ...{
          y: "name",
          text: (one: Difference) => String(one.pairs),
          frameAnchor: "right",
          textAnchor: "start",
          dx: 8,
        },
        fill: "var(--muted)",
      }),
    ],
  });
}
