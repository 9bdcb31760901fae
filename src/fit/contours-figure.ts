import * as Plot from "@observablehq/plot";
import { describeFits, describeHeadline, fitTitle, leftOutTasks, MOST_TASKS } from "../draw/caption.ts";
import type { Figure, Panel } from "../draw/figure.ts";
import { fitsOf, type ReportFit } from "../draw/fits.ts";
import { dots } from "../draw/marks.ts";
import { extent, grid } from "../draw/numbers.ts";
import { drawPanel } from "../draw/panel.ts";
import { tableOfRecords } from "../draw/records.ts";
import { hasComputeOptimal } from "../forms/compute-optimal.ts";
import { STAGE } from "./choices.ts";
import { axisOf, concerns, MISSING } from "./figures.ts";

/** Places of the grid along each input, and contours of a map. */
const PLACES = 80;
const LEVELS = 7;

/** Laws of two inputs as maps, but for those of model size and tokens, which figure `contours` has. */
export const contoursFigure: Figure = {
  name: "fit-contours",
  part: "step 1",
  title: "Laws of any table: maps of two inputs",
  needs:
    "a fit of a law of two inputs (lawfit fit) that are not model size and tokens, whose map is `contours`",
  concerns,
  draw(job) {
    if (!concerns(job)) return MISSING;
    const all = job.headline
      .flatMap((cell) => fitsOf(job, cell, STAGE))
      .filter(({ form }) => form.variableNames.length === 2);
    const own = all.filter(({ form }) => !hasComputeOptimal(form));
    if (own.length === 0)
      return {
        missing:
          all.length === 0
            ? "no law has two inputs"
            : "figure contours has the maps of model size and tokens",
      };
    const shown = own.slice(0, MOST_TASKS);
    return {
      panels: shown.map(mapPanel),
      legend: [
        { label: "row", colour: "var(--o1)", sign: "dot" },
        { label: "equal values of the law (numbers at the right)", colour: "var(--fit)", sign: "line" },
      ],
      caption: `${describeFits(shown)} ${describeHeadline(job)}${leftOutTasks(own.length, shown.length)}`,
      data: tableOfRecords(
        shown.flatMap(({ task, form, points }) =>
          points.map(({ variables, response, fitted }) => ({
            task,
            ...Object.fromEntries(form.variableNames.map((name, v) => [name, variables[v]!])),
            ...{ response, fitted },
          })),
        ),
      ),
    };
  },
};

/** Levels at equal distances between the values of the rows, to the fewest digits that keep them distinct. */
function levelsOf(values: readonly number[]): number[] {
  const [low, high] = extent(values) ?? [0, 1];
  const even = grid(low, high, LEVELS + 2, false).slice(1, -1);
  for (let digits = 2; digits < 8; digits++) {
    const rounded = even.map((value) => Number(value.toPrecision(digits)));
    if (new Set(rounded).size === LEVELS) return rounded;
  }
  return even;
}

/** A piece of a contour within a cell of the grid. */
interface Piece {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
}

/** The pieces of a contour of values on a grid, straight between the places where it crosses the cells' edges (marching squares). */
function contourOf(
  level: number,
  xs: readonly number[],
  ys: readonly number[],
  valueAt: (i: number, j: number) => number,
): Piece[] {
  const pieces: Piece[] = [];
  for (let i = 0; i + 1 < xs.length; i++) {
    for (let j = 0; j + 1 < ys.length; j++) {
      const corners = [
        [i, j],
        [i + 1, j],
        [i + 1, j + 1],
        [i, j + 1],
      ] as const;
      const heights = corners.map(([a, b]) => valueAt(a, b) - level);
      if (!heights.every(Number.isFinite)) continue;
      const crossings = corners.flatMap(([a, b], k) => {
        const next = (k + 1) % 4;
        const [from, to] = [heights[k]!, heights[next]!];
        if (from < 0 === to < 0) return [];
        const share = from / (from - to);
        const [c, d] = corners[next]!;
        return [{ x: xs[a]! + share * (xs[c]! - xs[a]!), y: ys[b]! + share * (ys[d]! - ys[b]!) }];
      });
      // Four crossings are two pieces: of a saddle either pairing is as good.
      for (let k = 0; k + 1 < crossings.length; k += 2) {
        const [from, to] = [crossings[k]!, crossings[k + 1]!];
        pieces.push({ x1: from.x, y1: from.y, x2: to.x, y2: to.y });
      }
    }
  }
  return pieces;
}

function mapPanel(fit: ReportFit): Panel {
  const { form, parameters, points } = fit;
  const [x, y] = form.variableNames.map((name, v) =>
    axisOf(
      name,
      points.map(({ variables }) => variables[v]!),
    ),
  ) as [ReturnType<typeof axisOf>, ReturnType<typeof axisOf>];
  const [xs, ys] = [x, y].map(({ values, scale }) => {
    const [low, high] = extent(values) ?? [1, 2];
    return grid(low, high, PLACES, scale === "log");
  }) as [number[], number[]];
  const heights = xs.map((at) => ys.map((other) => form.value(parameters, [at, other])));
  const contours = levelsOf(points.map(({ fitted }) => fitted)).map((level) => ({
    level,
    pieces: contourOf(level, xs, ys, (i, j) => heights[i]![j]!),
  }));
  const right = contours.flatMap(({ level, pieces }) => {
    const last = pieces.reduce<Piece | undefined>(
      (best, piece) => (piece.x2 > (best?.x2 ?? -Infinity) ? piece : best),
      undefined,
    );
    return last !== undefined && last.x2 >= xs.at(-3)! ? [{ y: last.y2, text: String(level) }] : [];
  });
  return drawPanel({
    title: fitTitle(fit),
    ...{ x, y },
    marks: [
      ...contours.map(({ pieces }) =>
        Plot.link(pieces, {
          x1: "x1",
          y1: "y1",
          x2: "x2",
          y2: "y2",
          stroke: "var(--fit)",
          strokeWidth: 1.4,
          clip: "frame",
        }),
      ),
      dots(
        points.map(({ variables }) => ({ x: variables[0]!, y: variables[1]! })),
        "var(--o1)",
        2.2,
      ),
    ],
    labels: right,
  });
}
