import * as Plot from "@observablehq/plot";
import { groupBy } from "../../collections.ts";
import { escapeText, marginFor, nameWithin } from "../../draw/escape.ts";
import type { Drawing, Figure, LegendItem, NothingToDraw, Panel } from "../../draw/figure.ts";
import { configurationKey, type LoadedJob, variedAxes } from "../../draw/job.ts";
import { plotPanel } from "../../draw/panel.ts";
import { distinct, num, type Row, recordsOf, str, tableOfRecords } from "../../draw/records.ts";
import { meanOf } from "../../statistics.ts";

/** Upper ends of the classes of the relative error; larger errors form one more class. */
const CLASSES = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2] as const;

const MOST_COLUMNS = 60;

/** Fewest pixels of width, which the texts above and below the columns need. */
const ROOM_FOR_WORDS = 170;

interface Square {
  task: string;
  column: string;
  error: number;
}

/** The whole matrix: a row for each task, a column for each choice, and the error as colour. */
export const matrix: Figure = {
  name: "matrix",
  part: "choices",
  title: "The whole matrix",
  needs: "several configurations, with measured targets",
  draw: drawMatrix,
};

function drawMatrix(job: LoadedJob): Drawing | NothingToDraw {
  const rows = recordsOf(job.tables.predictions).filter((row) => {
    return Number.isFinite(num(row, "rel_error")) && !job.pairs?.isTrivial(row);
  });
  const axes = variedAxes(job.tables.predictions, job.axes);
  if (rows.length === 0) return { missing: "no prediction has a measured value beside it" };
  if (axes.length === 0) return { missing: "there is one configuration: its errors stand at the top" };
  const tasks = distinct(rows.map((row) => str(row, "task")));
  const byValue = axes.flatMap(({ name }) => meansBy(rows, (row) => `${name} ${str(row, name)}`));
  const values = distinct(byValue.map(({ column }) => column)).slice(0, MOST_COLUMNS);
  const configurations = meansBy(rows, (row) => configurationKey(row, job.axes));
  const ranked = [...groupBy(configurations, ({ column }) => column)]
    .map(([key, cells]) => ({ key, count: cells.length, mean: meanOf(cells, ({ error }) => error) }))
    .toSorted((a, b) => b.count - a.count || a.mean - b.mean);
  return {
    panels: [
      valuePanel(
        byValue.filter(({ column }) => values.includes(column)),
        tasks,
        values,
      ),
      allPanel(
        configurations,
        tasks,
        ranked.map(({ key }) => key),
      ),
    ],
    legend: [
      ...CLASSES.map((end, i): LegendItem => {
        const label = i === 0 ? `up to ${100 * end} %` : `to ${100 * end} %`;
        return { label, colour: `var(--h${i + 1})`, sign: "square" };
      }),
      { label: `over ${100 * CLASSES.at(-1)!} %`, colour: "var(--h7)", sign: "square" },
      { label: "no prediction", colour: "var(--grid)", sign: "square" },
    ],
    caption:
      `Mean absolute relative error over the targets of ${rows.length} predictions. First: every value of every axis, mean over the ` +
      `cells that have it. Second: all ${ranked.length} configurations side by side, those with most tasks and then the smallest mean ` +
      "error at the left." +
      `${distinct(byValue.map(({ column }) => column)).length > values.length ? ` The first ${MOST_COLUMNS} values.` : ""}`,
    data: tableOfRecords(
      byValue.map(({ task, column, error }) => ({ task, choice: column, mean_abs_rel_error: error })),
    ),
  };
}

function meansBy(rows: readonly Row[], columnOf: (row: Row) => string): Square[] {
  const groups = groupBy(rows, (row) => JSON.stringify([str(row, "task"), columnOf(row)]));
  return Array.from(groups, ([key, ofSquare]): Square => {
    const [task, column] = JSON.parse(key) as [string, string];
    return { task, column, error: meanOf(ofSquare, (row) => Math.abs(num(row, "rel_error"))) };
  });
}

/** The number of an error's class, from 1, as in the names of the colours. */
function classOf(error: number): number {
  const index = CLASSES.findIndex((end) => error <= end);
  return index < 0 ? CLASSES.length + 1 : index + 1;
}

function valuePanel(squares: readonly Square[], tasks: readonly string[], values: readonly string[]): Panel {
  const [marginLeft, marginBottom] = [marginFor(tasks, 190), marginFor(values, 300)];
  return plotPanel({
    title: "by value of each axis",
    width: marginLeft + Math.max(ROOM_FOR_WORDS, 20 + 16 * values.length),
    height: 30 + marginBottom + 16 * tasks.length,
    plot: {
      ...{ marginLeft, marginBottom, marginRight: Math.max(6, ROOM_FOR_WORDS - 14 - 16 * values.length) },
      x: { type: "band", domain: values, label: null, tickRotate: -90, tickSize: 0, padding: 0.06 },
      y: { type: "band", domain: tasks, label: null, tickSize: 0, padding: 0.06 },
    },
    marks: [
      Plot.frame({ fill: "var(--grid)", stroke: "none" }),
      Plot.cell(squares, {
        ...{ x: "column", y: "task", fill: ({ error }: Square) => `var(--h${classOf(error)})` },
        title: ({ task, column, error }: Square) => `${task}, ${column}: ${(100 * error).toFixed(2)} %`,
      }),
    ],
  });
}

/** Draws one path for each colour instead of one element for each cell, as there may be tens of thousands of cells. */
function allPanel(squares: readonly Square[], tasks: readonly string[], keys: readonly string[]): Panel {
  const [left, top] = [marginFor(tasks, 190), 26];
  const wide = Math.max(2, Math.min(16, Math.floor(720 / keys.length)));
  const width = keys.length * wide > 720 ? 720 / keys.length : wide;
  const columns = new Map(keys.map((key, k) => [key, k]));
  const lines = new Map(tasks.map((task, t) => [task, t]));
  const paths = [...groupBy(squares, ({ error }) => classOf(error))].map(([index, ofClass]) => {
    const d = ofClass
      .map(({ task, column }) => {
        const x = left + columns.get(column)! * width;
        const y = top + lines.get(task)! * 14;
        return `M${Number(x.toFixed(2))} ${y}h${Number(width.toFixed(2))}v13h-${Number(width.toFixed(2))}z`;
      })
      .join("");
    return `<path fill="var(--h${index})" d="${d}"/>`;
  });
  const [total, height] = [Math.ceil(left + keys.length * width + 10), top + tasks.length * 14 + 24];
  const frame = `<rect x="${left}" y="${top}" width="${Number((keys.length * width).toFixed(2))}" height="${tasks.length * 14 - 1}" fill="var(--grid)"/>`;
  const names = tasks.map(
    (task, t) =>
      `<text x="${left - 6}" y="${top + t * 14 + 10}" text-anchor="end">${escapeText(nameWithin(task, left))}</text>`,
  );
  const wholeWidth = Math.max(total, left + ROOM_FOR_WORDS);
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" class="panel" width="${wholeWidth}" height="${height}" viewBox="0 0 ${wholeWidth} ${height}" font-size="11" fill="var(--muted)">` +
    `<text x="${left}" y="14" font-weight="bold" fill="var(--ink)">all configurations</text>${frame}${paths.join("")}${names.join("")}` +
    `<text x="${left}" y="${height - 6}">rank of the configuration →</text></svg>`;
  return { svg, width: wholeWidth, height };
}
