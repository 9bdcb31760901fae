import * as Plot from "@observablehq/plot";
import { groupBy } from "../collections.ts";
import type { Figure, Panel } from "../draw/figure.ts";
import { plotPanel } from "../draw/panel.ts";
import { num, type Row, recordsOf, str, tableOfRecords } from "../draw/records.ts";

/** Forms that are drawn of each search, beside those of the front: the best ones. */
const MOST_DRAWN = 400;

/** Columns of the figure's data. */
const SHOWN = [
  ...["task", "form", "complexity", "parameters", "rollout_error", "rollout_lower", "rollout_upper"],
  ...["front", "reference"],
];

/** Errors of forms beyond the cuts against their complexity. */
export const searchFront: Figure = {
  name: "search-front",
  part: "choices",
  title: "Laws sought: error beyond the cuts against complexity",
  needs: "a search for laws (lawfit search)",
  concerns: ({ tables }) => tables.searched_laws !== undefined,
  draw({ tables }) {
    const all = recordsOf(tables.searched_laws).filter((row) => Number.isFinite(num(row, "rank")));
    if (all.length === 0) return { missing: "no laws were sought: lawfit search does" };
    const rows = all.filter(
      (row) => num(row, "rank") <= MOST_DRAWN || row.front === true || row.reference === true,
    );
    const said = recordsOf(tables.searches).map((row) => `${str(row, "said")}. `);
    const searches = groupBy(rows, (row) =>
      ["task", "loss", "residual"].map((name) => str(row, name)).join(", "),
    );
    return {
      panels: Array.from(searches, ([name, ofSearch]) => frontPanel(name, ofSearch)),
      legend: [
        { label: "form", colour: "var(--muted)", sign: "dot" },
        { label: "front: none is simpler and better", colour: "var(--fit)", sign: "line" },
        { label: "law of the sweep", colour: "var(--ink)", sign: "ring" },
      ],
      caption:
        `${said.join("")}Error of each form on rows beyond the cuts, against the size of its expression (operations, parameters and inputs); the ${MOST_DRAWN} best of each search. ` +
        "Bars: intervals of the front over resamples of the runs.",
      data: tableOfRecords(
        rows.map((row) => Object.fromEntries(SHOWN.map((name) => [name, row[name] ?? null]))),
      ),
    };
  },
};

function frontPanel(title: string, rows: readonly Row[]): Panel {
  const places = rows.map((row) => ({
    x: num(row, "complexity"),
    y: num(row, "rollout_error"),
    lower: num(row, "rollout_lower"),
    upper: num(row, "rollout_upper"),
    isFront: row.front === true,
    isReference: row.reference === true,
    law: str(row, "form"),
  }));
  const positive = places.filter(({ y }) => y > 0);
  const front = positive.filter(({ isFront }) => isFront).sort((a, b) => a.x - b.x);
  return plotPanel({
    title,
    width: 560,
    height: 340,
    plot: {
      ...{ marginLeft: 64, marginBottom: 38 },
      x: { label: "size of the expression" },
      y: { type: "log", label: "error beyond the cuts", grid: true },
    },
    marks: [
      Plot.dot(positive, { x: "x", y: "y", fill: "var(--muted)", r: 2 }),
      Plot.ruleX(
        front.filter(({ lower }) => lower > 0),
        { x: "x", y1: "lower", y2: "upper", stroke: "var(--fit)" },
      ),
      Plot.line(front, { x: "x", y: "y", stroke: "var(--fit)", curve: "step-after" }),
      Plot.dot(front, { x: "x", y: "y", fill: "var(--fit)", r: 3 }),
      Plot.dot(
        positive.filter(({ isReference }) => isReference),
        { x: "x", y: "y", stroke: "var(--ink)", r: 5 },
      ),
    ],
  });
}
