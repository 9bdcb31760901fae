import * as Plot from "@observablehq/plot";
import { describeFits, describeHeadline, fitTitle, leftOutTasks, MOST_TASKS } from "../../draw/caption.ts";
import type { Figure, LegendItem, Panel } from "../../draw/figure.ts";
import { fitsOf, type ReportFit } from "../../draw/fits.ts";
import { isoLoss, levelsOf, type MapFrame, roomy, type SizePlace } from "../../draw/iso-loss.ts";
import type { LoadedJob } from "../../draw/job.ts";
import { ACTUAL, curve, dots, rings } from "../../draw/marks.ts";
import { extent, grid, logTicks, powerOfTen } from "../../draw/numbers.ts";
import { drawPanel } from "../../draw/panel.ts";
import { num, type Row, recordsBy, str, tableOfRecords } from "../../draw/records.ts";
import { sizesOf } from "../../draw/sizes.ts";
import { UserError } from "../../errors.ts";
import { computeOptimal, sizeLawOf } from "../../forms/compute-optimal.ts";

/** The best sizes for the budgets of a frame; empty for a law that has no best size. */
function bestLine(fit: ReportFit, { n, d }: MapFrame): SizePlace[] {
  return grid(6 * n[0] * d[0], 6 * n[1] * d[1], 40, true).flatMap((c) => {
    try {
      const best = computeOptimal(fit.form, fit.parameters, c);
      return best.n >= n[0] && best.n <= n[1] && best.d >= d[0] && best.d <= d[1] ? [best] : [];
    } catch (error) {
      if (error instanceof UserError) return [];
      throw error;
    }
  });
}

const [LEVEL, BEST] = ["var(--fit)", "var(--good)"];

/** A law of sizes, and the targets of the cells that use it. */
interface Surface {
  fit: ReportFit;
  targets: (SizePlace & { name: string })[];
  /** The best sizes at the FLOPs of the targets. */
  best: SizePlace[];
}

/** The laws of parameters and tokens as maps (Brandfonbrener et al., 2024, figures 9 and 10). */
export const contours: Figure = {
  name: "contours",
  part: "step 1",
  title: "Laws over model size and tokens",
  needs:
    "a law of model size and tokens: form `chinchilla`, `kaplan` or `kaplan-offset`, or a loss of two such inputs",
  draw(job) {
    const all = surfacesOf(job);
    if (all.length === 0) {
      return { missing: "no headline fit is a law of parameters and tokens whose best size is known" };
    }
    const shown = all.slice(0, MOST_TASKS);
    const flops = shown.flatMap((surface) => placesOf(surface).map(({ n, d }) => 6 * n * d));
    const [low, high] = extent(flops) ?? [1, 10];
    const budgets = logTicks(low, high);
    return {
      panels: shown.map((surface) => surfacePanel(surface, budgets)),
      legend: [
        { label: "run", colour: "var(--o1)", sign: "dot" },
        { label: "equal loss by the law (numbers at the right)", colour: LEVEL, sign: "line" },
        { label: "best size of a budget", colour: BEST, sign: "line" },
        ...(shown.some(({ best }) => best.length > 0)
          ? [{ label: "at the FLOPs of a target", colour: BEST, sign: "diamond" } as const]
          : []),
        { label: `6ND = ${budgets.map(powerOfTen).join(", ")}`, colour: "var(--muted)", sign: "dashes" },
        ...(shown.some(({ targets }) => targets.length > 0)
          ? [{ ...ACTUAL, label: "target, at its size" } satisfies LegendItem]
          : []),
      ],
      caption:
        `${describeFits(all.map(({ fit }) => fit))} ${describeHeadline(job)} FLOPs are counted as 6ND here, whatever the table counts. Best sizes beyond the frame are in the data alone.` +
        leftOutTasks(all.length, shown.length).replace("task", "law"),
      data: tableOfRecords(shown.flatMap(dataOf)),
    };
  },
};

function surfacesOf(job: LoadedJob): Surface[] {
  const surfaces = new Map<string, { fit: ReportFit; cells: Row[] }>();
  for (const cell of job.headline) {
    for (const stage of stagesOf(cell)) {
      const problem = str(cell, `problem_${stage}`);
      const surface = surfaces.get(problem);
      // The first of a pair has no targets: its law is used for the targets of the second.
      const cells = job.pairs?.lawsOfFirst.includes(stage) ? [] : [cell];
      if (surface !== undefined) surface.cells.push(...cells);
      else {
        const [fit] = fitsOf(job, cell, stage);
        if (fit !== undefined && sizeLawOf(fit.form) !== undefined) surfaces.set(problem, { fit, cells });
      }
    }
  }
  const sizes = sizesOf(job);
  return Array.from(surfaces.values(), ({ fit, cells }): Surface => {
    const names = new Set(
      cells.flatMap(({ cell }) =>
        recordsBy(job.tables.predictions, "cell", Number(cell)).map(({ target }) => target),
      ),
    );
    const targets = [...names].flatMap((name) => {
      const [n, d] = [num(sizes.get(String(name)), "n"), num(sizes.get(String(name)), "d")];
      return n > 0 && d > 0 ? [{ name: String(name), n, d }] : [];
    });
    const best = recordsBy(job.tables.compute_optimal, "problem", str(fit.row, "problem"))
      .filter(({ stage, target, n }) => stage === fit.row.stage && names.has(target ?? null) && n !== null)
      .map((row) => ({ n: num(row, "n"), d: num(row, "d") }));
    return { fit, targets, best };
  });
}

/** The stages of a cell that have a problem, in order. */
function stagesOf(cell: Row): string[] {
  const names = Object.keys(cell).filter((name) => name.startsWith("problem_") && cell[name] !== null);
  return names.map((name) => name.slice("problem_".length));
}

function runsOf({ form, points }: ReportFit): (SizePlace & { loss: number; fitted: number; run: string })[] {
  return points.map(({ run, variables, response, fitted }) => ({
    ...{ run, ...sizeLawOf(form)!.sizeOf(variables) },
    ...{ loss: response, fitted },
  }));
}

/** The loss of a fitted law of model size and tokens. */
const lossAt = ({ form, parameters }: ReportFit, { n, d }: SizePlace): number =>
  sizeLawOf(form)!.lossAt(parameters, n, d);

/** The places that a panel's frame contains. Best sizes are not among them, as they may lie orders of magnitude outside. */
function placesOf({ fit, targets }: Surface): SizePlace[] {
  return [...runsOf(fit), ...targets];
}

function surfacePanel(surface: Surface, budgets: readonly number[]): Panel {
  const { fit, targets } = surface;
  const places = placesOf(surface);
  const frame = { n: roomy(places.map(({ n }) => n)), d: roomy(places.map(({ d }) => d)) };
  const isInside = ({ n, d }: SizePlace) =>
    n >= frame.n[0] && n <= frame.n[1] && d >= frame.d[0] && d <= frame.d[1];
  const best = surface.best.filter(isInside);
  const law = (n: number, d: number) => lossAt(fit, { n, d });
  const line = bestLine(fit, frame);
  const levels = levelsOf(law, frame, line).map((loss) => ({ loss, places: isoLoss(law, loss, frame) }));
  const at = (all: readonly SizePlace[]) => all.map(({ n, d }) => ({ x: n, y: d }));
  const right = levels.flatMap(({ loss, places: contour }) => {
    const last = contour.at(-1);
    return last !== undefined && last.n > frame.n[1] * 0.9 ? [{ y: last.d, text: String(loss) }] : [];
  });
  return drawPanel({
    title: fitTitle(fit),
    x: { label: "model parameters N", scale: "log", ticks: "count", values: frame.n },
    y: { label: "training tokens D", scale: "log", ticks: "count", values: frame.d },
    marks: [
      ...budgets.map((c) =>
        Plot.line(
          frame.n.map((n) => [n, c / (6 * n)]),
          { stroke: "var(--muted)", strokeOpacity: 0.7, strokeDasharray: "2 3", clip: "frame" },
        ),
      ),
      ...levels.map(({ places: contour }) => curve(at(contour), LEVEL)),
      Plot.line(at(line), { x: "x", y: "y", stroke: BEST, strokeWidth: 2.4, clip: "frame" }),
      dots(at(runsOf(fit)), "var(--o1)", 2.2),
      Plot.dot(at(best), {
        x: "x",
        y: "y",
        symbol: "diamond",
        r: 4,
        fill: BEST,
        stroke: "var(--paper)",
        clip: "frame",
      }),
      rings(at(targets)),
    ],
    labels: right,
  });
}

function dataOf({ fit, targets, best }: Surface): Row[] {
  const law = fitTitle(fit);
  return [
    ...runsOf(fit).map(({ run, n, d, loss, fitted }) => ({ law, what: "run", run, n, d, loss, fitted })),
    ...targets.map(({ name, n, d }) => ({ law, what: "target", run: name, n, d })),
    ...best.map(({ n, d }) => ({
      law,
      what: "best size at a target's FLOPs",
      n,
      d,
      fitted: lossAt(fit, { n, d }),
    })),
  ];
}
