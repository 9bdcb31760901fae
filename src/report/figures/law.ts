import { groupBy } from "../../collections.ts";
import {
  describeFits,
  describeHeadline,
  fitTitle,
  LOSS_LABEL,
  leftOutTasks,
  MOST_TASKS,
} from "../../draw/caption.ts";
import type { Drawing, Figure, LegendItem, NothingToDraw, Panel } from "../../draw/figure.ts";
import { BAND_LEVEL, bandOf, fitsOf, type ReportFit } from "../../draw/fits.ts";
import type { LoadedJob } from "../../draw/job.ts";
import {
  ACTUAL,
  band,
  curve,
  diamonds,
  dots,
  type IntervalPlace,
  type Place,
  PREDICTED,
  rings,
  withReach,
} from "../../draw/marks.ts";
import { extent, grid } from "../../draw/numbers.ts";
import { drawPanel } from "../../draw/panel.ts";
import { type HeadlinePrediction, headlinePredictions } from "../../draw/predictions.ts";
import { num, type Row, str, tableOfRecords } from "../../draw/records.ts";
import { groupValues, parametersLabel, sizesOf, type ValueGroup } from "../../draw/sizes.ts";

/** The layout of a law's points: the variable on the x axis, and the quantity that groups the points. */
interface Layout {
  /** Index of the x variable among the variables of the form. */
  axis(fit: ReportFit): number;
  label: string;
  ticks: "count" | "power";
  /** The quantity that is constant along a curve; undefined where a law has one variable and one curve. */
  group?: {
    value(variables: readonly number[]): number;
    label(value: number): string;
    /** The values of the variables at x on the curve of a group. */
    along(x: number, value: number): number[];
  };
  /** Column of table `runs` with the x of a target. */
  size: "n" | "d" | "c";
}

/** Whether a fit's variables are parameters and tokens, in this order. */
function isSizeAndTokens({ form }: ReportFit): boolean {
  return form.variableNames.join() === "N,D";
}

const TOKENS_PER_PARAMETER = 20;

/** The layout against parameters, with a curve for each number of tokens per parameter. */
const alongN: Layout = {
  axis: () => 0,
  label: "model parameters N",
  ticks: "count",
  group: {
    value: ([n, d]) => d! / n! / TOKENS_PER_PARAMETER,
    label: (value) => `${Number(value.toPrecision(2))}xC`,
    along: (x, value) => [x, x * TOKENS_PER_PARAMETER * value],
  },
  size: "n",
};

/** The layout against tokens, with a curve for each number of parameters. */
const alongD: Layout = {
  axis: () => 1,
  label: "training tokens D",
  ticks: "count",
  group: { value: ([n]) => n!, label: parametersLabel, along: (x, value) => [value, x] },
  size: "d",
};

/** The layout against FLOPs. */
const alongC: Layout = { axis: () => 0, label: "training compute C (FLOPs)", ticks: "power", size: "c" };

/** A figure of step 1, or of the single step, against one of its variables. */
const lawFigure = (name: string, against: string, inputs: string, draw: Figure["draw"]): Figure => ({
  name,
  part: "step 1",
  title: `Step 1 against ${against}`,
  needs: `a first or single step in ${inputs}`,
  draw,
});

const NO_SIZE_AND_TOKENS = "no headline fit is in parameters and tokens";

export const lawByParameters = lawFigure("law-n", "model size", "parameters and tokens", (job) =>
  drawLaw(job, alongN, isSizeAndTokens, NO_SIZE_AND_TOKENS),
);

export const lawByTokens = lawFigure("law-d", "training tokens", "parameters and tokens", (job) =>
  drawLaw(job, alongD, isSizeAndTokens, NO_SIZE_AND_TOKENS),
);

export const lawByCompute = lawFigure("law-c", "compute", "FLOPs", (job) =>
  drawLaw(job, alongC, ({ form }) => form.variableNames.length === 1, "no headline fit is in FLOPs alone"),
);

function drawLaw(
  job: LoadedJob,
  layout: Layout,
  takes: (fit: ReportFit) => boolean,
  missing: string,
): Drawing | NothingToDraw {
  if (job.pairs !== undefined) return { missing: job.pairs.noLaw };
  const predictions = headlinePredictions(job);
  const all = job.headline.flatMap((cell) => {
    const step1 = fitsOf(job, cell, "step1");
    // Several first steps belong to domains, which have a separate figure.
    const stages = step1.length > 0 ? step1 : fitsOf(job, cell, "single");
    return stages.length === 1 ? stages.filter(takes) : [];
  });
  if (all.length === 0) return { missing };
  // Tasks may share the fit, as a general loss is the same for all of them.
  const distinctFits = [...groupBy(all, ({ row }) => str(row, "problem"))].map(([, [first]]) => first!);
  const fits = distinctFits.slice(0, MOST_TASKS);
  const { group } = layout;
  const groups =
    group === undefined
      ? []
      : groupValues(
          fits.flatMap(({ points }) => points.map(({ variables }) => group.value(variables))),
          group.label,
        );
  const sizes = sizesOf(job);
  const legend: LegendItem[] =
    groups.length > 0
      ? groups.map(({ label, colour }) => ({ label: `${label}: runs and fit`, colour, sign: "dot" }))
      : [
          { label: "run", colour: "var(--o1)", sign: "dot" },
          { label: "fit", colour: "var(--fit)", sign: "line" },
          { label: `${100 * BAND_LEVEL} % band of the curve`, colour: "var(--fit)", sign: "band" },
        ];
  return {
    panels: fits.map((fit) => lawPanel(fit, layout, groups, targetsOf(fit, predictions, sizes, layout))),
    legend: [...legend, ACTUAL, PREDICTED],
    caption:
      `${describeFits(all)} A dot is the end of a run. ${describeHeadline(job)}` +
      `${group === undefined ? " The band is the delta method, runs taken as independent." : layout.size === "n" ? " xC: multiples of 20 tokens a parameter." : ""}` +
      leftOutTasks(distinctFits.length, fits.length),
    data: tableOfRecords(fits.flatMap((fit) => dataOf(fit))),
  };
}

function targetsOf(
  fit: ReportFit,
  predictions: readonly HeadlinePrediction[],
  sizes: ReadonlyMap<string, Row>,
  { size }: Layout,
): { actual: Place[]; predicted: IntervalPlace[] } {
  const ofTask = predictions.filter(({ task }) => task === fit.task);
  const isSingle = fit.row.stage === "single";
  const x = ({ target }: HeadlinePrediction) => num(sizes.get(target), size);
  return {
    actual: ofTask.map((row) => ({ x: x(row), y: isSingle ? row.actual : row.featureActual })),
    predicted: ofTask.map((row) => ({
      x: x(row),
      y: isSingle ? row.predicted : row.featurePredicted,
      ...(isSingle ? row.interval : row.featureInterval),
    })),
  };
}

function lawPanel(
  fit: ReportFit,
  layout: Layout,
  groups: readonly ValueGroup[],
  targets: { actual: Place[]; predicted: IntervalPlace[] },
): Panel {
  const v = layout.axis(fit);
  const at = fit.points.map(({ variables, response }) => ({ x: variables[v]!, y: response, variables }));
  const places = [...at, ...targets.actual, ...targets.predicted].filter(({ y }) => Number.isFinite(y));
  const [low, high] = extent(places.map(({ x }) => x)) ?? [1, 2];
  const xs = grid(low, high, 60, true);
  const ys = places.map(({ y }) => y);
  const yValues = withReach(
    ys,
    targets.predicted.flatMap(({ lower, upper }) => [lower, upper]),
  );
  const { group } = layout;
  const curves =
    group === undefined
      ? [...singleCurve(fit, xs), dots(at, "var(--o1)")]
      : groups.flatMap(({ colour, value, has }) => {
          const ofGroup = at.filter(({ variables }) => has(group.value(variables)));
          const y = (x: number) => fit.form.value(fit.parameters, group.along(x, value));
          if (ofGroup.length === 0) return [];
          return [
            curve(
              xs.map((x) => ({ x, y: y(x) })),
              colour,
            ),
            dots(ofGroup, colour),
          ];
        });
  return drawPanel({
    title: fitTitle(fit),
    x: { label: layout.label, scale: "log", ticks: layout.ticks, values: [low, high] },
    y: { label: responseLabel(fit), scale: "linear", values: yValues },
    marks: [...curves, ...diamonds(targets.predicted), rings(targets.actual)],
  });
}

function singleCurve(fit: ReportFit, xs: readonly number[]) {
  const points = bandOf(
    fit,
    xs.map((x) => [x]),
  ).map((point, i) => ({ x: xs[i]!, ...point }));
  return [band(points), curve(points, "var(--fit)")];
}

function responseLabel({ form, row }: ReportFit): string {
  if (row.stage === "single") return "score (share)";
  return form.output === "L" || form.output === "loss" ? LOSS_LABEL : form.output;
}

function dataOf({ task, points, form, row }: ReportFit): Row[] {
  return points.map(({ run, variables, response, fitted }) => ({
    task,
    stage: row.stage ?? null,
    run,
    ...Object.fromEntries(form.variableNames.map((name, v) => [name, variables[v]!])),
    response,
    fitted,
  }));
}
