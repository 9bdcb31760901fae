import { describeHeadline, leftOutTasks } from "../draw/caption.ts";
import type { Figure, Panel } from "../draw/figure.ts";
import type { LoadedJob } from "../draw/job.ts";
import { diamonds, dots, type Place, thinned } from "../draw/marks.ts";
import { drawPanel } from "../draw/panel.ts";
import { num, type Row, recordsBy, str, tableOfRecords } from "../draw/records.ts";
import { mean } from "../statistics.ts";
import { axisOf, concerns } from "./figures.ts";

/** Panels of a fit, and of the figure: those of the largest correlations. */
const MOST_PAIRS = 10;
const MOST_PANELS = 30;

/** The draws of a parameter, in the user's terms. */
interface Drawn {
  name: string;
  estimate: number;
  values: number[];
}

/** Two parameters on every draw. */
interface Pair {
  a: Drawn;
  b: Drawn;
  correlation: number;
}

/** The draws of a bootstrap, two parameters at a time. */
export const pairsFigure: Figure = {
  name: "fit-pairs",
  part: "uncertainty",
  title: "Laws of any table: draws of two parameters",
  needs:
    "table `parameter_draws`: lawfit fit --bootstrap N --draws, or `bootstrap: {draws: true}` of method `fit`",
  concerns,
  draw(job) {
    if (job.tables.parameter_draws === undefined)
      return { missing: "the draws of parameters are not kept: lawfit fit --bootstrap N --draws keeps them" };
    const all = job.headline.flatMap((cell) => {
      const drawn = drawsOf(job, str(cell, "problem_law"));
      return drawn.length < 2 ? [] : [{ task: str(cell, "task"), pairs: pairsOf(drawn) }];
    });
    if (all.length === 0)
      return { missing: "no fit of the headline configuration has draws of two parameters" };
    const shown = all.slice(0, Math.max(1, Math.floor(MOST_PANELS / all[0]!.pairs.length)));
    return {
      panels: shown.flatMap(({ task, pairs }) => pairs.map((pair) => pairPanel(task, pair))),
      legend: [
        { label: "draw", colour: "var(--o1)", sign: "dot" },
        { label: "fit", colour: "var(--fit)", sign: "diamond" },
      ],
      caption: `${describeHeadline(job)} The pairs of largest correlation, which each title has.${leftOutTasks(all.length, shown.length)}`,
      data: tableOfRecords(
        shown.flatMap(({ task, pairs }) =>
          pairs.map(
            ({ a, b, correlation }): Row => ({ task, parameter: a.name, other: b.name, correlation }),
          ),
        ),
      ),
    };
  },
};

function drawsOf({ tables }: LoadedJob, problem: string): Drawn[] {
  const rows = recordsBy(tables.parameter_draws, "problem", problem);
  return recordsBy(tables.parameters, "problem", problem).flatMap((parameter): Drawn[] => {
    const name = str(parameter, "quantity");
    const own = rows.filter((row) => row.parameter === parameter.parameter);
    const isLogarithm = name !== parameter.parameter;
    const values = own.map((row) => (isLogarithm ? Math.exp(num(row, "value")) : num(row, "value")));
    // A parameter that its bounds fix, or that a bound holds in every draw, has none.
    const isVaried = values.some((value) => Number.isFinite(value) && value !== values.find(Number.isFinite));
    return isVaried ? [{ name, estimate: num(parameter, "estimate"), values }] : [];
  });
}

function pairsOf(drawn: readonly Drawn[]): Pair[] {
  const pairs = drawn.flatMap((a, i) =>
    drawn.slice(i + 1).map((b): Pair => ({ a, b, correlation: correlationOf(a.values, b.values) })),
  );
  return pairs
    .sort((one, other) => Math.abs(other.correlation) - Math.abs(one.correlation))
    .slice(0, MOST_PAIRS);
}

/** Pearson's correlation of the draws that have both. */
function correlationOf(a: readonly number[], b: readonly number[]): number {
  const both = [...a.keys()].filter((i) => Number.isFinite(a[i]! + b[i]!));
  const deviations = (values: readonly number[]): number[] => {
    const centre = mean(both.map((i) => values[i]!));
    return both.map((i) => values[i]! - centre);
  };
  const [da, db] = [deviations(a), deviations(b)];
  const inner = (u: readonly number[], v: readonly number[]): number =>
    u.reduce((sum, x, i) => sum + x * v[i]!, 0);
  return inner(da, db) / Math.sqrt(inner(da, da) * inner(db, db));
}

function pairPanel(task: string, { a, b, correlation }: Pair): Panel {
  const places = a.values.map((x, i): Place => ({ x, y: b.values[i]! }));
  const [xs, ys] = [
    [...a.values, a.estimate],
    [...b.values, b.estimate],
  ];
  const none = { lower: Number.NaN, upper: Number.NaN };
  return drawPanel({
    title: `${task}: correlation ${correlation.toFixed(2)}`,
    x: axisOf(a.name, xs),
    y: axisOf(b.name, ys),
    marks: [
      dots(thinned(places), "var(--o1)", 1.8),
      ...diamonds([{ x: a.estimate, y: b.estimate, ...none }]),
    ],
  });
}
