import * as Plot from "@observablehq/plot";
import { groupBy } from "../../collections.ts";
import { describeHeadline, predictedLabel } from "../../draw/caption.ts";
import { marginFor } from "../../draw/escape.ts";
import type { Figure, Panel } from "../../draw/figure.ts";
import { ACTUAL, notes, PREDICTED } from "../../draw/marks.ts";
import { extent, ticksFor } from "../../draw/numbers.ts";
import { plotPanel } from "../../draw/panel.ts";
import { extremes, type HeadlinePrediction, openingPredictions } from "../../draw/predictions.ts";
import { distinct, tableOfRecords } from "../../draw/records.ts";
import { countOf, percent } from "../../text.ts";

const ROW = 17;
const [WIDTH, MARGIN_RIGHT] = [470, 96];

/** Most panels of the figure. */
const MOST_TARGETS = 12;

/** Predicted and measured values: a panel for each target, with a line for each task. */
export const answer: Figure = {
  name: "answer",
  part: "answer",
  title: "Predicted and measured",
  needs: "predictions",
  draw(job) {
    const predictions = openingPredictions(job);
    if (predictions.length === 0) return { missing: "the headline configuration has no prediction" };
    const { best, worst } = extremes(predictions);
    const kind = predictions.find(({ interval }) => interval.kind !== "")?.interval.kind;
    const withInterval = predictions.filter(({ interval }) =>
      Number.isFinite(interval.lower + interval.upper),
    ).length;
    const targets = [...groupBy(predictions, ({ target }) => target)];
    const shown = targets.slice(0, MOST_TARGETS);
    return {
      panels: shown.map(([target, ofTarget]) =>
        targetPanel(target, ofTarget, { best, worst, label: predictedLabel(job) }),
      ),
      legend: [
        ACTUAL,
        PREDICTED,
        ...(kind === undefined
          ? []
          : [{ label: `${kind} interval`, colour: "var(--fit)", sign: "band" } as const]),
      ],
      caption:
        `${describeHeadline(job)} ${countOf(predictions.length, "prediction")}${job.pairs ? `: ${job.pairs.shown}` : ""}. ` +
        `${kind === undefined ? "No intervals: lawfit bootstrap gives them." : `Bars: ${kind} intervals, of ${withInterval}.`} ` +
        "At the right: the relative error; the best and the worst are marked." +
        `${targets.length > shown.length ? ` ${countOf(targets.length - shown.length, "more target")} not drawn.` : ""}`,
      data: tableOfRecords(
        predictions.map(
          ({ label: task, target, predicted, actual, relError, interval: { lower, upper, status } }) => {
            return { task, target, predicted, actual, rel_error: relError, lower, upper, status };
          },
        ),
      ),
    };
  },
};

function targetPanel(
  target: string,
  predictions: readonly HeadlinePrediction[],
  { best, worst, label }: ReturnType<typeof extremes> & { label: string },
): Panel {
  const tasks = distinct(predictions.map(({ shortLabel }) => shortLabel));
  const marginLeft = marginFor(tasks, 190);
  const rows = predictions.map((prediction) => ({
    ...{ task: prediction.shortLabel, predicted: prediction.predicted, actual: prediction.actual },
    ...{ lower: prediction.interval.lower, upper: prediction.interval.upper },
    note: noteOf(prediction, best, worst),
    colour: prediction === worst ? "var(--bad)" : prediction === best ? "var(--good)" : "var(--muted)",
  }));
  const bars = rows.filter(({ lower, upper }) => Number.isFinite(lower + upper));
  const measured = rows.filter(({ actual }) => Number.isFinite(actual));
  const values = rows.flatMap(({ predicted, actual, lower, upper }) => [predicted, actual, lower, upper]);
  const [low, high] = extent(values) ?? [0, 1];
  // An axis from the lowest to the highest value would have no length where all values agree to their last digits.
  const isOnePlace = high > 0 && high - low < 1e-6 * high;
  return plotPanel({
    title: target,
    width: WIDTH,
    height: 66 + ROW * tasks.length,
    plot: {
      ...{ marginLeft, marginRight: MARGIN_RIGHT, marginBottom: 36 },
      x: {
        ...{ label, grid: true, nice: true },
        ticks: ticksFor(WIDTH - marginLeft - MARGIN_RIGHT, values),
        ...(isOnePlace && { domain: [0.99 * low, 1.01 * high] }),
      },
      y: { type: "point", domain: tasks, label: null, padding: 0.6 },
    },
    marks: [
      Plot.ruleY(measured, { y: "task", x1: "actual", x2: "predicted", stroke: "var(--muted)" }),
      Plot.ruleY(bars, {
        y: "task",
        x1: "lower",
        x2: "upper",
        stroke: "var(--fit)",
        strokeWidth: 4,
        strokeOpacity: 0.4,
      }),
      Plot.dot(rows, { y: "task", x: "predicted", symbol: "diamond", r: 4.5, fill: "var(--fit)" }),
      Plot.dot(measured, {
        ...{ y: "task", x: "actual", r: 4, fill: "var(--paper)", fillOpacity: 0.6 },
        ...{ stroke: "var(--ink)", strokeWidth: 1.8 },
      }),
      notes(rows, { y: "task", text: "note", fill: "colour" }),
    ],
  });
}

function noteOf(row: HeadlinePrediction, best?: HeadlinePrediction, worst?: HeadlinePrediction): string {
  if (!Number.isFinite(row.relError)) return "";
  const sign = row.relError > 0 ? "+" : "";
  const mark = row === worst ? " worst" : row === best ? " best" : "";
  return `${sign}${percent(row.relError).replace("-", "−")}${mark}`;
}
