import * as Plot from "@observablehq/plot";
import { groupBy } from "../../collections.ts";
import { describeHeadline } from "../../draw/caption.ts";
import { marginFor } from "../../draw/escape.ts";
import type { Figure, LegendItem, Panel } from "../../draw/figure.ts";
import { variedAxes } from "../../draw/job.ts";
import {
  categoryDots,
  curve,
  diamonds,
  MOST_CATEGORIES,
  notes,
  PREDICTED,
  signOfCategory,
  stars,
  thinned,
  withReach,
} from "../../draw/marks.ts";
import { extent, grid } from "../../draw/numbers.ts";
import { drawPanel, plotPanel } from "../../draw/panel.ts";
import { distinct, num, type Row, recordsOf, str, tableOfRecords } from "../../draw/records.ts";
import { category } from "../../draw/theme.ts";
import { countOf, percent } from "../../text.ts";
import { type TranslationLine, translationCells, translationsOf } from "./lines.ts";
import { pairs } from "./reading.ts";

const MOST_ROWS = 60;
const [RELATION, LAW] = ["var(--fit)", category(0)];

/** Errors of relations of losses beside those of scaling laws of the same losses (Brandfonbrener et al., 2024, table 1). */
export const relations: Figure = {
  name: "relations",
  part: "answer",
  title: "Relations of losses beside scaling laws",
  needs: "relations of losses (method `loss-to-loss`), with measured targets",
  draw(job) {
    if (job.pairs !== pairs) return { missing: "the method relates no losses to each other" };
    const all = recordsOf(job.tables.relations).filter((row) =>
      Number.isFinite(num(row, "mean_abs_rel_error")),
    );
    if (all.length === 0) return { missing: "no relation has a prediction with a measured value" };
    const axes = variedAxes(job.tables.relations, job.axes).filter(({ name }) => name !== "relation");
    const nameOf = (row: Row) =>
      [
        str(row, "relation"),
        ...axes
          .filter(({ name, default: value }) => row[name] !== value)
          .map(({ name }) => `${name} ${str(row, name)}`),
      ].join(", ");
    const rows = all.slice(0, MOST_ROWS).map((row) => ({
      name: nameOf(row),
      error: num(row, "mean_abs_rel_error"),
      law: num(row, "law_mean_abs_rel_error"),
      isLaw: str(row, "relation") === "scaling-law",
      note: noteOf(row),
    }));
    return {
      panels: [errorPanel(rows)],
      legend: [
        ...(rows.some(({ isLaw }) => !isLaw)
          ? [{ label: "relation", colour: RELATION, sign: "diamond" } as const]
          : []),
        ...(rows.some(({ law, isLaw }) => isLaw || Number.isFinite(law))
          ? [{ label: "scaling laws of the same losses", colour: LAW, sign: "ring" } as const]
          : []),
      ],
      caption:
        "Mean relative error over all pairs of corpora, tasks and targets; that of the scaling laws at the same targets where the sweep has " +
        "relation scaling-law with the same law. At the right: predictions, and the share of them that is nearer than the law's. A train loss " +
        `predicted from itself does not count. ${axes.length > 0 ? `Told apart by: ${axes.map(({ name }) => name).join(", ")}, where not the default.` : "All other choices at one value."}` +
        `${all.length > rows.length ? ` The first ${rows.length} of ${all.length}.` : ""}`,
      data: tableOfRecords(all),
    };
  },
};

function noteOf(row: Row): string {
  const better = num(row, "better");
  return `${num(row, "predictions")}${Number.isFinite(better) ? `, ${Math.round(100 * better)} %` : ""}`;
}

function errorPanel(
  rows: readonly { name: string; error: number; law: number; isLaw: boolean; note: string }[],
): Panel {
  const marginLeft = marginFor(
    rows.map(({ name }) => name),
    330,
  );
  const errors = rows.flatMap(({ error, law }) => [error, law]).filter((error) => error > 0);
  // Errors of one order of magnitude are drawn on a linear axis, those of several on a logarithmic one.
  const isLog = errors.length > 0 && Math.max(...errors) > 30 * Math.min(...errors);
  const laws = rows.flatMap(({ name, error, law, isLaw }) => {
    const x = isLaw ? error : law;
    return Number.isFinite(x) ? [{ name, x }] : [];
  });
  const both = rows.filter(({ law, isLaw }) => !isLaw && Number.isFinite(law));
  return plotPanel({
    width: Math.max(500, marginLeft + 330),
    height: 64 + 17 * rows.length,
    plot: {
      ...{ marginTop: 10, marginLeft, marginBottom: 36, marginRight: 86 },
      x: {
        ...{ label: "mean relative error", grid: true, nice: true, ticks: 5 },
        ...(isLog ? { type: "log" as const } : { zero: true }),
        tickFormat: (value: number) => percent(value) || "0 %",
      },
      y: { type: "point", domain: rows.map(({ name }) => name), label: null, padding: 0.6 },
    },
    marks: [
      Plot.ruleY(both, { y: "name", x1: "error", x2: "law", stroke: "var(--muted)" }),
      Plot.dot(laws, { y: "name", x: "x", r: 4.5, fill: "none", stroke: LAW, strokeWidth: 1.8 }),
      Plot.dot(
        rows.filter(({ isLaw }) => !isLaw),
        { y: "name", x: "error", symbol: "diamond", r: 4, fill: RELATION },
      ),
      notes(rows, { y: "name", text: "note", fill: "var(--muted)" }),
    ],
  });
}

/** Largest number of panels of a relation. */
const MOST_PANELS = 9;
/** Largest number of points of a line. */
const MOST_POINTS = 60;

/** A panel, and which of its cells' names has a colour. */
interface Layout {
  title: string;
  cells: Row[];
  colourOf: "source" | "destination" | "task";
}

/** One loss against another above their irreducible parts: straight lines (Brandfonbrener et al., 2024, figures 1 to 4 and 8). */
export const translations: Figure = {
  name: "translations",
  part: "answer",
  title: "Losses against losses, above what is irreducible",
  needs: "relations of losses (method `loss-to-loss`)",
  draw(job) {
    if (job.pairs !== pairs) return { missing: "the method relates no losses to each other" };
    const cells = translationCells(job);
    const layouts = [...groupBy(cells, (cell) => str(cell, "relation")).values()].map(layoutOf);
    const drawn = layouts
      .flatMap((all) => all.slice(0, MOST_PANELS))
      .map(({ cells: panelCells, ...rest }) => ({ ...rest, lines: translationsOf(job, panelCells) }))
      .filter(({ lines }) => lines.length > 0);
    if (drawn.length === 0)
      return { missing: "no translation of the headline configuration has a fit, with its points" };
    const names = namesOf(cells, drawn).slice(0, MOST_CATEGORIES);
    const left = layouts.reduce((sum, all) => sum + Math.max(0, all.length - MOST_PANELS), 0);
    const targets = drawn.flatMap(({ lines }) => lines.flatMap((line) => line.targets));
    return {
      panels: drawn.map(({ title, lines, colourOf }) =>
        linesPanel(title, lines, (line) => names.indexOf(line[colourOf])),
      ),
      legend: [
        ...names.map((label, i): LegendItem => ({ label, colour: category(i), sign: signOfCategory(i) })),
        ...(targets.some(({ actual }) => Number.isFinite(actual))
          ? [{ label: "target, measured", colour: "var(--muted)", sign: "star" } as const]
          : []),
        ...(targets.length > 0 ? [PREDICTED] : []),
      ],
      caption:
        `${describeHeadline(job)} A dot is a pair of runs, or a run; a line is L1 - E1 = K (L0 - E0)^kappa, dashed where no fit run is. ` +
        `${targets.length > 0 ? `Targets: ${pairs.shown}; the data has these alone. ` : "No targets. "}` +
        `At most ${MOST_POINTS} points of a line are drawn; the data has them all, and predictions far beyond the points.` +
        `${left > 0 ? ` ${countOf(left, "more panel")} not drawn: tables translations and points have them.` : ""}`,
      data: tableOfRecords(drawn.flatMap(({ lines }) => lines.flatMap(dataOf))),
    };
  },
};

/** Names with a colour: corpora in the order in which the cells have them, or tasks. */
function namesOf(
  cells: readonly Row[],
  drawn: readonly { lines: TranslationLine[]; colourOf: Layout["colourOf"] }[],
): string[] {
  const used = new Set(drawn.flatMap(({ lines, colourOf }) => lines.map((line) => line[colourOf])));
  const all = cells.flatMap((cell) => [str(cell, "source"), str(cell, "destination"), str(cell, "task")]);
  return distinct(all).filter((name) => used.has(name));
}

/**
 * How a relation is laid out: a corpus has one colour in all panels. Relations of the same run have a panel a task and a
 * colour a corpus; of a single corpus, a colour a task.
 */
function layoutOf(cells: readonly Row[]): Layout[] {
  const relation = str(cells[0], "relation");
  const by = (name: "source" | "task", members: readonly Row[], colourOf: Layout["colourOf"]) =>
    Array.from(
      groupBy(members, (cell) => str(cell, name)),
      ([value, group]): Layout => {
        return { title: `${relation}, ${name === "source" ? "from " : ""}${value}`, cells: group, colourOf };
      },
    );
  const sources = distinct(cells.map((cell) => str(cell, "source")));
  const tasks = distinct(cells.map((cell) => str(cell, "task")));
  const isWithin = cells.every((cell) => cell.source === cell.destination);
  if (isWithin) return sources.length === 1 ? by("source", cells, "task") : by("task", cells, "source");
  if (tasks.length === 1) return by("source", cells, "destination");
  return sources.flatMap((source) =>
    by(
      "task",
      cells.filter((cell) => cell.source === source),
      "destination",
    ),
  );
}

function linesPanel(
  title: string,
  lines: readonly TranslationLine[],
  indexOf: (line: TranslationLine) => number,
): Panel {
  const positive = (x: number, y: number) => x > 0 && y > 0;
  const drawn = lines
    .filter((line) => indexOf(line) >= 0)
    .map((line) => {
      const points = line.points.filter(({ x, y }) => positive(x, y));
      const [low, high] = extent(points.map(({ x }) => x)) ?? [1, 1];
      const targets = line.targets.filter(({ x, predicted }) => positive(x, predicted));
      const ends = extent([low, high, ...targets.map(({ x }) => x)])!;
      const along = (from: number, to: number) => grid(from, to, 2, true).map((x) => ({ x, y: line.at(x) }));
      return {
        i: indexOf(line),
        points,
        predicted: targets.map(({ x, predicted, lower, upper }) => ({
          x,
          y: predicted,
          lower: Math.max(lower, 1e-12),
          upper,
        })),
        actual: targets.filter(({ actual }) => actual > 0).map(({ x, actual }) => ({ x, y: actual })),
        solid: along(low, high),
        dashed: [along(ends[0], low), along(high, ends[1])].filter(([a, b]) => a!.x < b!.x),
      };
    });
  const sources = distinct(lines.map(({ source }) => source));
  const from = sources.length === 1 ? ` on ${sources[0]}` : "";
  const places = drawn.flatMap(({ points, actual }) => [...points, ...actual]);
  const others = drawn.flatMap(({ predicted, solid }) => [...predicted, ...solid]);
  // A line may fall by orders of magnitude to a target: the points stay the measure.
  const logs = (all: readonly { y: number }[]) => all.map(({ y }) => Math.log(y));
  const ys = withReach(logs(places), logs(others)).map(Math.exp);
  const [lowest, highest] = extent(ys) ?? [0, 0];
  const isShown = ({ y }: { y: number }) => y >= lowest && y <= highest;
  return drawPanel({
    title,
    x: { label: `L0 - E0${from}`, scale: "log", values: [...places, ...others].map(({ x }) => x) },
    y: { label: "L1 - E1", scale: "log", values: ys },
    marks: [
      ...drawn.flatMap(({ i, points, solid, dashed }) => [
        categoryDots(thinned(points, MOST_POINTS), i),
        curve(solid, category(i)),
        ...dashed.map((line) => curve(line, category(i), true)),
      ]),
      ...drawn.flatMap(({ i, predicted, actual }) => [
        stars(actual, i),
        ...diamonds(predicted.filter(isShown), "var(--fit)", 3),
      ]),
    ],
  });
}

function dataOf({ relation, source, destination, task, points, targets }: TranslationLine): Row[] {
  const names = { relation, source, destination, task };
  return [
    ...points.map(({ run, x, y, fitted }) => ({ ...names, role: "fit", run, x, y, line: fitted })),
    ...targets.map(({ target, x, actual, predicted }) => {
      return { ...names, role: "target", run: target, x, y: actual, line: predicted };
    }),
  ];
}
