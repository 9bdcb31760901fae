import { groupBy } from "../collections.ts";
import { describeFits, describeHeadline, fitTitle, leftOutTasks } from "../draw/caption.ts";
import type { Figure, LegendItem, Panel } from "../draw/figure.ts";
import { BAND_LEVEL, bandOf, fitsOf, type ReportFit } from "../draw/fits.ts";
import { band, curve, dots, type Place, withReach } from "../draw/marks.ts";
import { extent, grid, shortNumber } from "../draw/numbers.ts";
import { drawPanel } from "../draw/panel.ts";
import { tableOfRecords } from "../draw/records.ts";
import { groupValues, type ValueGroup } from "../draw/sizes.ts";
import { median } from "../statistics.ts";
import { STAGE } from "./choices.ts";
import { axisOf, concerns, MISSING } from "./figures.ts";

/** Panels of the figure. */
const MOST_PANELS = 24;

const PLACES = 60;

/** The laws against each of their inputs. */
export const curvesFigure: Figure = {
  name: "fit-curves",
  part: "step 1",
  title: "Laws of any table: curves against each input",
  needs: "a fit of a law to a table of any columns (lawfit fit)",
  concerns,
  draw(job) {
    if (!concerns(job)) return MISSING;
    const all = job.headline.flatMap((cell) => fitsOf(job, cell, STAGE));
    if (all.length === 0) return MISSING;
    const widest = Math.max(...all.map(({ form }) => form.variableNames.length));
    const shown = all.slice(0, Math.max(1, Math.floor(MOST_PANELS / widest)));
    const groups = otherGroups(shown);
    const panels = shown.flatMap((fit) =>
      fit.form.variableNames.map((_, v) =>
        groups === undefined ? heldPanel(fit, v) : groupedPanel(fit, v, groups[1 - v]!),
      ),
    );
    const legend: LegendItem[] =
      groups === undefined
        ? [
            { label: "row", colour: "var(--o1)", sign: "dot" },
            { label: "fit", colour: "var(--fit)", sign: "line" },
            { label: `${100 * BAND_LEVEL} % band of the curve`, colour: "var(--fit)", sign: "band" },
          ]
        : groupLegend(groups.flat());
    const how =
      widest === 1
        ? ""
        : groups === undefined
          ? " The other inputs are held at their medians, and rows are moved along the law to them: a row is as far from the curve as from the law."
          : " A curve is the law at the middle of a group of values of the other input.";
    return {
      panels,
      legend,
      caption: `${describeFits(shown)} ${describeHeadline(job)}${how}${leftOutTasks(all.length, shown.length)}`,
      data: tableOfRecords(
        shown.flatMap(({ task, form, points }) =>
          points.map(({ run, variables, response, fitted }) => ({
            ...{ task, run },
            ...Object.fromEntries(form.variableNames.map((name, v) => [name, variables[v]!])),
            ...{ response, fitted },
          })),
        ),
      ),
    };
  },
};

/** An item for each colour, which is a group of the one input and one of the other. */
function groupLegend(groups: readonly ValueGroup[]): LegendItem[] {
  return [...groupBy(groups, ({ colour }) => colour)].map(([colour, own]) => ({
    label: `${own.map(({ label }) => label).join(", or ")}: rows and fit`,
    colour,
    sign: "dot",
  }));
}

const valuesOf = ({ points }: ReportFit, v: number): number[] => points.map(({ variables }) => variables[v]!);

/** Groups of the values of each of two inputs, the same for all fits; undefined where laws have others. */
function otherGroups(fits: readonly ReportFit[]): [ValueGroup[], ValueGroup[]] | undefined {
  const names = fits[0]!.form.variableNames;
  const isTwo = fits.every(({ form }) => form.variableNames.join() === names.join()) && names.length === 2;
  const isPositive = fits.every(({ points }) =>
    points.every(({ variables }) => variables.every((x) => x > 0)),
  );
  if (!isTwo || !isPositive) return undefined;
  return [0, 1].map((v) =>
    groupValues(
      fits.flatMap((fit) => valuesOf(fit, v)),
      (value) => `${names[v]} = ${shortNumber(value)}`,
    ),
  ) as [ValueGroup[], ValueGroup[]];
}

function panelOf(
  fit: ReportFit,
  v: number,
  ys: readonly number[],
  marks: Parameters<typeof drawPanel>[0]["marks"],
): Panel {
  return drawPanel({
    title: fitTitle(fit),
    x: axisOf(fit.form.variableNames[v]!, valuesOf(fit, v)),
    y: axisOf(fit.form.output, ys),
    marks,
  });
}

/** Places from the least value of an input to the largest, evenly on its axis. */
function placesAlong(fit: ReportFit, v: number): number[] {
  const values = valuesOf(fit, v);
  const [low, high] = extent(values) ?? [1, 2];
  return grid(low, high, PLACES, axisOf("", values).scale === "log");
}

/** The law against one of two inputs, a curve for each group of values of the other. */
function groupedPanel(fit: ReportFit, v: number, groups: readonly ValueGroup[]): Panel {
  const along = placesAlong(fit, v);
  const ys = fit.points.map(({ response }) => response);
  const marks = groups.flatMap(({ colour, value, has }) => {
    const own = fit.points.filter(({ variables }) => has(variables[1 - v]!));
    if (own.length === 0) return [];
    const at = (x: number): number[] => (v === 0 ? [x, value] : [value, x]);
    const places = along.map((x): Place => ({ x, y: fit.form.value(fit.parameters, at(x)) }));
    return [
      curve(places, colour),
      dots(
        own.map(({ variables, response }) => ({ x: variables[v]!, y: response })),
        colour,
      ),
    ];
  });
  return panelOf(fit, v, ys, marks);
}

/** The law against an input with all others at their medians, to which the rows are moved along the law. */
function heldPanel(fit: ReportFit, v: number): Panel {
  const { form, parameters, points, row } = fit;
  const medians = form.variableNames.map((_, w) => median(valuesOf(fit, w)));
  const held = (x: number): number[] => medians.with(v, x);
  const along = placesAlong(fit, v);
  const places = bandOf(fit, along.map(held)).map((point, i) => ({ x: along[i]!, ...point }));
  const rows = points.map(({ variables, response, fitted }): Place => {
    const y = form.value(parameters, held(variables[v]!));
    return {
      x: variables[v]!,
      y: row.residual === "plain" ? y + response - fitted : (y * response) / fitted,
    };
  });
  const ys = withReach(
    [...rows, ...places].map(({ y }) => y),
    places.flatMap(({ lower, upper }) => [lower, upper]),
  );
  return panelOf(fit, v, ys, [band(places), curve(places, "var(--fit)"), dots(rows, "var(--o1)")]);
}
