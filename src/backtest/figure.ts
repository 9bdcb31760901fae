import * as Plot from "@observablehq/plot";
import { groupBy } from "../collections.ts";
import { describeHeadline } from "../draw/caption.ts";
import type { Figure, LegendItem, Panel } from "../draw/figure.ts";
import { configurationKey, pairOf } from "../draw/job.ts";
import { plotPanel } from "../draw/panel.ts";
import { distinct, num, type Row, recordsOf, str, tableOfRecords } from "../draw/records.ts";
import { category } from "../draw/theme.ts";

/** How often intervals held in back-tests, by how far they reached. */
export const backtests: Figure = {
  name: "backtests",
  part: "uncertainty",
  title: "Back-tests: how often intervals held",
  needs: "a sweep with back-tests (lawfit backtest)",
  draw(job) {
    const all = recordsOf(job.tables.backtest_rates);
    if (all.length === 0) return { missing: "the sweep was not back-tested: lawfit backtest does" };
    const keyOf = (row: Row) => configurationKey(row, job.axes) + pairOf(job, row);
    const headline = keyOf(job.headline[0] ?? {});
    const ofHeadline = all.filter((row) => keyOf(row) === headline);
    const rows = (
      ofHeadline.length > 0 ? ofHeadline : all.filter((row) => keyOf(row) === keyOf(all[0]!))
    ).filter((row) => Number.isFinite(num(row, "rate")));
    if (rows.length === 0) return { missing: "no back-test has an interval of two finite ends" };
    const kinds = distinct(rows.map(kindOf));
    return {
      panels: [...groupBy(rows, (row) => num(row, "level"))].map(([level, ofLevel]) =>
        ratePanel(level, ofLevel, kinds),
      ),
      legend: [
        ...kinds.map((kind, i): LegendItem => ({ label: kind, colour: category(i), sign: "dot" })),
        { label: "what they are to cover", colour: "var(--ink)", sign: "dashes" },
      ],
      caption:
        `${describeHeadline(job)} Larger fit runs predicted from smaller ones: share of intervals that held the measured score, by the ` +
        "target's compute over that of the largest run used. Bars: exact 95 % limits, hits taken as independent. Numbers: intervals counted.",
      data: tableOfRecords(
        rows.map(({ purpose, interval, level, ratio, count, hits, rate, rate_lower, rate_upper }) => {
          const shown = { purpose, interval, level, ratio, count, hits, rate, rate_lower, rate_upper };
          return Object.fromEntries(Object.entries(shown).map(([name, value]) => [name, value ?? null]));
        }),
      ),
    };
  },
};

function kindOf(row: Row): string {
  return `${str(row, "interval")}, for a ${str(row, "purpose")}`;
}

function ratePanel(level: number, rows: readonly Row[], kinds: readonly string[]): Panel {
  const ratios = distinct(rows.map((row) => str(row, "ratio")));
  const rates = rows.map((row) => ({
    ...{ ratio: str(row, "ratio"), rate: num(row, "rate"), count: String(num(row, "count")) },
    ...{ lower: num(row, "rate_lower"), upper: num(row, "rate_upper"), kind: kinds.indexOf(kindOf(row)) },
  }));
  const dx = (kind: number) => (kind - (kinds.length - 1) / 2) * 16;
  return plotPanel({
    title: `level ${100 * level} %`,
    width: 420,
    height: 260,
    plot: {
      ...{ marginLeft: 48, marginBottom: 38 },
      x: { type: "point", domain: ratios, label: "compute of the target / largest run used" },
      y: { domain: [0, 1.06], label: "share that held", grid: true, ticks: 6 },
    },
    marks: [
      Plot.ruleY([level], { stroke: "var(--ink)", strokeDasharray: "5 3" }),
      ...kinds.flatMap((_, kind) => {
        const ofKind = rates.filter((rate) => rate.kind === kind);
        const colour = category(kind);
        return [
          Plot.ruleX(ofKind, {
            x: "ratio",
            y1: "lower",
            y2: "upper",
            stroke: colour,
            strokeWidth: 2,
            dx: dx(kind),
          }),
          Plot.dot(ofKind, { x: "ratio", y: "rate", fill: colour, r: 4, dx: dx(kind) }),
          Plot.text(ofKind, {
            x: "ratio",
            y: "lower",
            text: "count",
            dy: 10,
            dx: dx(kind),
            fill: "var(--muted)",
          }),
        ];
      }),
    ],
  });
}
