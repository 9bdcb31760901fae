import { groupBy } from "../collections.ts";
import { describeHeadline, leftOutTasks, MOST_TASKS, predictedLabel } from "../draw/caption.ts";
import type { Figure, LegendItem, Panel } from "../draw/figure.ts";
import type { LoadedJob } from "../draw/job.ts";
import { band, curve, diamonds, dots, type IntervalPlace, rings, withReach } from "../draw/marks.ts";
import { powerOfTen } from "../draw/numbers.ts";
import { drawPanel } from "../draw/panel.ts";
import { distinct, num, type Row, recordsOf, str, tableOfRecords } from "../draw/records.ts";
import { flopsOf, sizesOf } from "../draw/sizes.ts";
import { ordered } from "../draw/theme.ts";
import { percent } from "../text.ts";

/** Most cuts that are drawn, which bands on each other leave legible. */
const MOST_CUTS = 4;

/** Forecasts of the larger runs from each of a few cuts, with their intervals. */
export const forecastCones: Figure = {
  name: "forecast-cones",
  part: "uncertainty",
  title: "Back-tests: forecasts of larger runs from smaller ones",
  needs: "a sweep with back-tests (lawfit backtest)",
  draw(job) {
    const cells = new Set(job.headline.map(({ cell }) => cell));
    const rows = withFlops(
      job,
      recordsOf(job.tables.backtests).filter((row) => cells.has(row.cell ?? null)),
    );
    const [first] = rows;
    if (first === undefined) return { missing: "the sweep was not back-tested: lawfit backtest does" };
    const ofKind = rows.filter(
      (row) => row.purpose === first.purpose && row.interval === first.interval && row.level === first.level,
    );
    const cuts = spread(distinct(ofKind.map((row) => num(row, "cut"))).toSorted((a, b) => a - b));
    const colour = (cut: number) =>
      ordered(Math.round((cuts.indexOf(cut) * 5) / Math.max(1, cuts.length - 1)));
    const tasks = [...groupBy(ofKind, (row) => num(row, "cell"))];
    const kind = `${percent(num(first, "level"), 4)} ${str(first, "interval")} intervals for a ${str(first, "purpose")}`;
    const label = predictedLabel(job);
    return {
      panels: tasks.slice(0, MOST_TASKS).map(([, ofTask]) => conePanel(ofTask, cuts, colour, label)),
      legend: [
        ...cuts.map(
          (cut): LegendItem => ({
            label: `from runs up to ${powerOfTen(cut)}`,
            colour: colour(cut),
            sign: "band",
          }),
        ),
        { label: "run, measured", colour: "var(--ink)", sign: "ring" },
      ],
      caption:
        `${describeHeadline(job)} The runs up to each cut predict every larger run. Lines and bands: forecasts and their ${kind}, through ` +
        "the runs that are better than every run of less compute, and the largest; rings: those runs; dots: the others." +
        leftOutTasks(tasks.length, MOST_TASKS),
      data: tableOfRecords(
        ofKind.map((row) => {
          const { task, cut, target, c, ratio, predicted, lower, upper, actual, hit } = row;
          return { task, cut, target, c, ratio, predicted, lower, upper, actual, hit } as Row;
        }),
      ),
    };
  },
};

/** The measured back-tests with the FLOPs of their target, by these. */
function withFlops(job: LoadedJob, rows: readonly Row[]): Row[] {
  const sizes = sizesOf(job);
  return rows
    .map((row): Row => ({ ...row, c: flopsOf(sizes, str(row, "target")) }))
    .filter((row) => Number.isFinite(num(row, "c") + num(row, "actual")))
    .toSorted((a, b) => num(a, "c") - num(b, "c"));
}

/** At most so many of the cuts, the first and the last among them. */
function spread(cuts: readonly number[]): number[] {
  if (cuts.length <= MOST_CUTS) return [...cuts];
  return Array.from(
    { length: MOST_CUTS },
    (_, i) => cuts[Math.round((i * (cuts.length - 1)) / (MOST_CUTS - 1))]!,
  );
}

function conePanel(
  rows: readonly Row[],
  cuts: readonly number[],
  colour: (cut: number) => string,
  label: string,
): Panel {
  const measured = [...groupBy(rows, (row) => str(row, "target")).values()].map(([row]) => row!);
  const isLess = label.startsWith("score") ? -1 : 1;
  let best = Number.POSITIVE_INFINITY;
  const front = new Set<unknown>();
  measured.forEach((row, i) => {
    const value = isLess * num(row, "actual");
    if (value < best || i === measured.length - 1) front.add(row.target);
    best = Math.min(best, value);
  });
  const cones = cuts.map((cut) => ({
    cut,
    places: rows
      .filter((row) => num(row, "cut") === cut && front.has(row.target))
      .map(
        (row): IntervalPlace => ({
          ...{ x: num(row, "c"), y: num(row, "predicted") },
          ...{ lower: num(row, "lower"), upper: num(row, "upper") },
        }),
      ),
  }));
  const places = (rows: readonly Row[]) => rows.map((row) => ({ x: num(row, "c"), y: num(row, "actual") }));
  const drawn = cones.flatMap((cone) => cone.places);
  return drawPanel({
    title: str(rows[0], "task"),
    x: { label: "compute (FLOPs)", scale: "log", ticks: "power", values: rows.map((row) => num(row, "c")) },
    y: {
      label,
      values: withReach(
        [...drawn.map(({ y }) => y), ...measured.map((row) => num(row, "actual"))],
        drawn.flatMap(({ lower, upper }) => [lower, upper]),
      ),
    },
    marks: [
      ...cones.map(({ cut, places }) => band(places, colour(cut))),
      ...cones.map(({ cut, places }) => curve(places, colour(cut))),
      // Neither line nor band can be seen of a single place.
      ...cones.flatMap(({ cut, places }) => (places.length === 1 ? diamonds(places, colour(cut)) : [])),
      dots(places(measured.filter(({ target }) => !front.has(target ?? null))), "var(--muted)", 2),
      rings(places(measured.filter(({ target }) => front.has(target ?? null)))),
    ],
  });
}
