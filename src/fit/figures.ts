import * as Plot from "@observablehq/plot";
import { describeHeadline, leftOutTasks, MOST_TASKS } from "../draw/caption.ts";
import type { Drawing, Figure, NothingToDraw, Panel } from "../draw/figure.ts";
import type { LoadedJob } from "../draw/job.ts";
import { dots, type Place } from "../draw/marks.ts";
import { extent } from "../draw/numbers.ts";
import { type AxisDrawing, drawPanel } from "../draw/panel.ts";
import { num, type Row, recordsBy, str, tableOfRecords } from "../draw/records.ts";

/** The points of one fit of the headline configuration. */
interface FittedRows {
  task: string;
  inputs: readonly string[];
  rows: readonly Row[];
}

export const concerns = ({ tables: { laws } }: LoadedJob): boolean => laws !== undefined;

export const MISSING: NothingToDraw = {
  missing: "the run fits no law to a table of any columns: lawfit fit does",
};

/** The fits of the headline configuration whose points the run has. */
function fittedRows(job: LoadedJob): FittedRows[] {
  if (!concerns(job)) return [];
  return job.headline.flatMap((cell): FittedRows[] => {
    const rows = recordsBy(job.tables.points, "problem", str(cell, "problem_law"));
    const [first] = rows;
    if (first === undefined) return [];
    return [{ task: str(cell, "task"), inputs: str(first, "variables").split(", "), rows }];
  });
}

/** An axis that is logarithmic where its values are above 0 and span more than a factor of ten. */
export function axisOf(label: string, values: readonly number[]): AxisDrawing {
  const [low, high] = extent(values) ?? [1, 2];
  return { label, values, ...(low > 0 && high > 10 * low && { scale: "log", ticks: "count" }) };
}

function drawEach(
  job: LoadedJob,
  panelsOf: (fit: FittedRows) => Panel[],
  caption: string,
): Drawing | NothingToDraw {
  const all = fittedRows(job);
  if (all.length === 0) return MISSING;
  const shown = all.slice(0, MOST_TASKS);
  return {
    panels: shown.flatMap(panelsOf),
    legend: [{ label: "row", colour: "var(--o1)", sign: "dot" }],
    caption: `${describeHeadline(job)} ${caption}${leftOutTasks(all.length, shown.length)}`,
    data: tableOfRecords(
      shown.flatMap(({ task, inputs, rows }) =>
        rows.map((row) => ({
          task,
          ...Object.fromEntries(inputs.map((name, v) => [name, num(row, `variable_${v + 1}`)])),
          ...{ response: num(row, "response"), fitted: num(row, "fitted") },
          ...{ residual: num(row, "residual"), leverage: num(row, "leverage") },
        })),
      ),
    ),
  };
}

/** Fitted values against what was measured. */
export const fittedFigure: Figure = {
  name: "fitted",
  part: "step 1",
  title: "Laws of any table: fitted and measured",
  needs: "a fit of a law to a table of any columns (lawfit fit)",
  concerns,
  draw: (job) =>
    drawEach(
      job,
      ({ task, rows }) => {
        const places = rows.map((row): Place => ({ x: num(row, "response"), y: num(row, "fitted") }));
        const values = places.flatMap(({ x, y }) => [x, y]);
        const marks = [
          Plot.line(
            (extent(values) ?? [0, 1]).map((at) => [at, at]),
            { stroke: "var(--muted)" },
          ),
          dots(places, "var(--o1)"),
        ];
        return [
          drawPanel({ title: task, x: axisOf("measured", values), y: axisOf("fitted", values), marks }),
        ];
      },
      "A row on the line is fitted exactly.",
    ),
};

/** Residuals against each input. */
export const residualsFigure: Figure = {
  name: "fit-residuals",
  part: "step 1",
  title: "Laws of any table: residuals against each input",
  needs: "a fit of a law to a table of any columns (lawfit fit)",
  concerns,
  draw: (job) =>
    drawEach(
      job,
      ({ task, inputs, rows }) =>
        inputs.map((name, v) => {
          const places = rows.map(
            (row): Place => ({
              x: num(row, `variable_${v + 1}`),
              y: num(row, "residual"),
            }),
          );
          return drawPanel({
            title: task,
            x: axisOf(
              name,
              places.map(({ x }) => x),
            ),
            y: { label: "residual", values: [0, ...places.map(({ y }) => y)] },
            marks: [Plot.ruleY([0], { stroke: "var(--muted)" }), dots(places, "var(--o1)")],
          });
        }),
      "A trend says what the law lacks.",
    ),
};
