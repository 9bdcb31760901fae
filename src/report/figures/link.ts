import { describeFits, describeHeadline, LOSS_LABEL, leftOutTasks, MOST_TASKS } from "../../draw/caption.ts";
import type { Figure, Panel } from "../../draw/figure.ts";
import { BAND_LEVEL, bandOf, fitsOf, isOfGroup, type ReportFit } from "../../draw/fits.ts";
import {
  ACTUAL,
  band,
  CURVE,
  curve,
  diamonds,
  dots,
  MOST_DOTS,
  PREDICTED,
  rings,
  thinned,
  withReach,
} from "../../draw/marks.ts";
import { extent, grid } from "../../draw/numbers.ts";
import { drawPanel } from "../../draw/panel.ts";
import { type HeadlinePrediction, headlinePredictions } from "../../draw/predictions.ts";
import { num, type Row, str, tableOfRecords } from "../../draw/records.ts";
import { groupValues, parametersLabel, sizesOf, type ValueGroup } from "../../draw/sizes.ts";

/** The figure of step 2: the score against the quantity that step 1 predicts. */
export const link: Figure = {
  name: "link",
  part: "score",
  title: "Step 2: score against loss",
  needs: "a second step in one variable",
  draw(job) {
    const predictions = headlinePredictions(job);
    const all = job.headline.flatMap((cell) =>
      fitsOf(job, cell, "step2")
        .filter((fit, place) => place === 0 || isOfGroup(fit))
        .filter(({ form }) => form.variableNames.length === 1),
    );
    if (all.length === 0)
      return { missing: "no headline cell has a second step in one variable, with its points" };
    const fits = all.slice(0, MOST_TASKS);
    const sizes = sizesOf(job);
    const n = (name: string) => num(sizes.get(name), "n");
    const groups = groupValues(
      new Set(fits.flatMap(({ points }) => points.map((point) => n(point.run)))),
      parametersLabel,
    );
    const isThinned = fits.some(({ points }) => points.length > MOST_DOTS);
    return {
      panels: fits.map((fit) => linkPanel(fit, groups, n, predictions)),
      legend: [
        ...groups.map(({ label, colour }) => ({
          label: `checkpoints, ${label}`,
          colour,
          sign: "dot" as const,
        })),
        CURVE,
        { label: `${100 * BAND_LEVEL} % band of the curve`, colour: "var(--fit)", sign: "band" },
        ACTUAL,
        PREDICTED,
      ],
      caption:
        `${describeFits(all)} ${describeHeadline(job)} The band is the delta method, runs taken as independent.` +
        `${isThinned ? ` Of each task about ${MOST_DOTS} points are drawn; the data has them all.` : ""}` +
        leftOutTasks(all.length, fits.length),
      data: tableOfRecords(fits.flatMap(dataOf)),
    };
  },
};

function linkPanel(
  fit: ReportFit,
  groups: readonly ValueGroup[],
  n: (run: string) => number,
  predictions: readonly HeadlinePrediction[],
): Panel {
  // What is predicted is the sum of all groups of questions.
  const ofTask = isOfGroup(fit) ? [] : predictions.filter(({ task }) => task === fit.task);
  const points = thinned(fit.points).map(({ run, variables, response }) => ({
    run,
    x: variables[0]!,
    y: response,
  }));
  const actual = ofTask.map((row) => ({ x: row.featureActual, y: row.actual }));
  const predicted = ofTask.map((row) => ({ x: row.featurePredicted, y: row.predicted, ...row.interval }));
  // The anchor is not a run but a point at the loss of a perfect model; it would squeeze all other points into a corner.
  const shown = points.filter(({ run }) => run !== "");
  const places = [...(shown.length > 0 ? shown : points), ...actual, ...predicted].filter(
    ({ x, y }) => Number.isFinite(x) && Number.isFinite(y),
  );
  const [low, high] = extent(places.map(({ x }) => x)) ?? [0, 1];
  const xs = grid(low, high, 60, false);
  const ys = places.map(({ y }) => y);
  const line = bandOf(
    fit,
    xs.map((x) => [x]),
  ).map((point, i) => ({ x: xs[i]!, ...point }));
  return drawPanel({
    title: nameOf(fit),
    x: {
      label: fit.form.record.variables[fit.form.variableNames[0]!] ?? LOSS_LABEL,
      values: [low, high],
      reverse: true,
    },
    y: {
      label: "score (share)",
      values: withReach(
        ys,
        predicted.flatMap(({ lower, upper }) => [lower, upper]),
      ),
    },
    marks: [
      ...groups.map(({ colour, has }) =>
        dots(
          shown.filter(({ run }) => has(n(run))),
          colour,
          1.6,
        ),
      ),
      dots(
        shown.filter(({ run }) => !(n(run) > 0)),
        "var(--muted)",
        1.6,
      ),
      band(line),
      curve(line, "var(--fit)"),
      ...diamonds(predicted),
      rings(actual),
    ],
  });
}

/** The task, or the group of its questions. */
function nameOf(fit: ReportFit): string {
  return isOfGroup(fit) ? str(fit.row, "subject") : fit.task;
}

function dataOf(fit: ReportFit): Row[] {
  const { points, form } = fit;
  const task = nameOf(fit);
  const name = form.variableNames[0]!;
  return points.map(({ run, variables, response, fitted }) => ({
    task,
    run,
    [name]: variables[0]!,
    response,
    fitted,
  }));
}
