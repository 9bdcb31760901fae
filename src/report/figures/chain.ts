import * as Plot from "@observablehq/plot";
import { groupBy } from "../../collections.ts";
import { describeHeadline, leftOutTasks, MOST_TASKS, predictedLabel } from "../../draw/caption.ts";
import type { Figure, LegendItem, Panel } from "../../draw/figure.ts";
import { fitsOf, isOfGroup } from "../../draw/fits.ts";
import type { LoadedJob } from "../../draw/job.ts";
import { ACTUAL, diamonds, dots, PREDICTED, rings } from "../../draw/marks.ts";
import { drawPanel } from "../../draw/panel.ts";
import { type HeadlinePrediction, headlinePredictions } from "../../draw/predictions.ts";
import { type Row, tableOfRecords } from "../../draw/records.ts";
import { flopsOf, sizesOf } from "../../draw/sizes.ts";
import { percent } from "../../text.ts";

/** A fit run: the score measured at its end, and the chained prediction at its size. */
interface RunPoint {
  run: string;
  c: number;
  measured: number;
  chained: number;
}

const RUNS: readonly LegendItem[] = [
  { label: "fit run, measured", colour: "var(--muted)", sign: "dot" },
  { label: "fit run, predicted", colour: "var(--fit)", sign: "line" },
];

/** The figure of chained predictions against compute. */
export const chain: Figure = {
  name: "chain",
  part: "step 1",
  title: "Chained predictions against compute",
  needs: "predictions, and the sizes of the targets (table runs)",
  draw(job) {
    if (job.pairs !== undefined) return { missing: job.pairs.noChain };
    const sizes = sizesOf(job);
    const predictions = headlinePredictions(job).filter(({ target }) => flopsOf(sizes, target) > 0);
    if (predictions.length === 0) return { missing: "no prediction of a target whose compute is known" };
    const tasks = [...groupBy(predictions, ({ task }) => task)];
    const shown = tasks.slice(0, MOST_TASKS).map(([task, rows]) => {
      return { task, rows, runs: runPoints(job, task, (name) => flopsOf(sizes, name)) };
    });
    const kind = predictions.find(({ interval }) => interval.kind !== "")?.interval.kind;
    return {
      panels: shown.map(({ task, rows, runs }) =>
        taskPanel(rows, runs, { title: task, label: predictedLabel(job), c: (name) => flopsOf(sizes, name) }),
      ),
      legend: [
        ...(shown.some(({ runs }) => runs.length > 0) ? RUNS : []),
        ACTUAL,
        {
          ...PREDICTED,
          label: kind === undefined ? PREDICTED.label : `${PREDICTED.label}, ${kind} interval`,
        },
      ],
      caption:
        `${describeHeadline(job)} ` +
        `${shown.some(({ runs }) => runs.length > 0) ? "The line joins what is predicted at the sizes of the fit runs; dots are the last checkpoint of each as the last step took it (smoothed, where the configuration smooths). " : ""}` +
        "At the right: relative errors. " +
        `${kind === undefined ? "No intervals." : `Bars: ${kind} intervals.`}${leftOutTasks(tasks.length, shown.length)}`,
      data: tableOfRecords(
        shown.flatMap(({ task, rows, runs }): Row[] => [
          ...runs.map(({ run: name, c, measured, chained }) => ({
            task,
            run: name,
            c,
            measured,
            predicted: chained,
          })),
          ...rows.map((prediction) => ({
            ...{ task, run: prediction.target, c: flopsOf(sizes, prediction.target) },
            ...{ measured: prediction.actual, predicted: prediction.predicted },
            ...{ lower: prediction.interval.lower, upper: prediction.interval.upper },
          })),
        ]),
      ),
    };
  },
};

function runPoints(job: LoadedJob, task: string, c: (name: string) => number): RunPoint[] {
  const cell = job.headline.find((row) => row.task === task);
  if (cell === undefined) return [];
  const [single] = fitsOf(job, cell, "single");
  if (single !== undefined) {
    const points = single.points.map((point) => ({
      run: point.run,
      measured: point.response,
      chained: point.fitted,
    }));
    return byCompute(points, c);
  }
  const step1 = fitsOf(job, cell, "step1");
  const [step2] = fitsOf(job, cell, "step2");
  // Several first steps predict domain losses, and the last step then takes more than the fitted value of one of them. A link of a
  // group of questions is no link of the task.
  if (step2?.form.variableNames.length !== 1 || step1.length !== 1 || isOfGroup(step2)) return [];
  const last = new Map(step2.points.map((point) => [point.run, point.response]));
  const points = step1[0]!.points.map(({ run: name, fitted }) => {
    const chained = step2.form.value(step2.parameters, [fitted]);
    return { run: name, measured: last.get(name) ?? Number.NaN, chained };
  });
  return byCompute(points, c);
}

function byCompute(points: readonly Omit<RunPoint, "c">[], c: (name: string) => number): RunPoint[] {
  return points.map((point) => ({ ...point, c: c(point.run) })).toSorted((a, b) => a.c - b.c);
}

function taskPanel(
  predictions: readonly HeadlinePrediction[],
  runs: readonly RunPoint[],
  { title, label, c }: { title: string; label: string; c: (name: string) => number },
): Panel {
  const targets = predictions.map((prediction) => ({
    x: c(prediction.target),
    y: prediction.predicted,
    ...prediction.interval,
    relError: prediction.relError,
    target: prediction.target,
  }));
  const actual = predictions.map((prediction) => ({ x: c(prediction.target), y: prediction.actual }));
  const measured = runs.map((run) => ({ x: run.c, y: run.measured }));
  const chained = runs.map((run) => ({ x: run.c, y: run.chained }));
  const all = [...targets, ...actual, ...measured, ...chained].filter(({ x }) => x > 0);
  return drawPanel({
    title,
    x: { label: "training compute C (FLOPs)", scale: "log", ticks: "power", values: all.map(({ x }) => x) },
    y: {
      label,
      values: [...all.map(({ y }) => y), ...targets.flatMap(({ lower, upper }) => [lower, upper])],
    },
    marks: [
      Plot.line(chained, { x: "x", y: "y", stroke: "var(--fit)", strokeWidth: 1.2, strokeOpacity: 0.7 }),
      dots(measured, "var(--muted)"),
      ...diamonds(targets),
      rings(actual),
    ],
    labels: targets
      .filter(({ relError }) => Number.isFinite(relError))
      .map(({ target, y, relError }) => {
        return { y, text: `${target} ${relError > 0 ? "+" : "−"}${percent(Math.abs(relError))}` };
      }),
  });
}
