import * as Plot from "@observablehq/plot";
import { hasComputeOptimal } from "../../forms/compute-optimal.ts";
import { describeFits, describeHeadline, fitTitle, leftOutTasks, MOST_TASKS } from "../caption.ts";
import { ACTUAL, curve, dots, rings } from "../draw/marks.ts";
import { extent, logTicks, powerOfTen } from "../draw/numbers.ts";
import { drawPanel } from "../draw/panel.ts";
import type { Figure, LegendItem, Panel } from "../figure.ts";
import { fitsOf, type ReportFit } from "../fits.ts";
import type { ReportJob } from "../job.ts";
import { bestLine, isoLoss, levelsOf, roomy, type SizePlace } from "../law-map.ts";
import { num, type Row, recordsBy, str, tableOfRecords } from "../records.ts";
import { sizesOf } from "../sizes.ts";

const STAGES = ["step1", "single", "law_source", "law_between", "law_destination"] as const;
const [LEVEL, BEST] = ["var(--fit)", "var(--good)"];

/** A law over sizes, and the targets of the cells that it is of. */
interface Surface {
  fit: ReportFit;
  targets: (SizePlace & { name: string })[];
  /** Best size at the FLOPs of a target. */
  best: SizePlace[];
}

/** Laws of parameters and tokens as maps (Brandfonbrener et al., 2024, figures 9 and 10). */
export const contours: Figure = {
  name: "contours",
  title: "Laws over model size and tokens",
  needs: "a law of form `chinchilla`, `kaplan` or `kaplan-offset`",
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

function surfacesOf(job: ReportJob): Surface[] {
  const found = new Map<string, { fit: ReportFit; cells: Row[] }>();
  for (const cell of job.headline) {
    for (const stage of STAGES) {
      const problem = str(cell, `problem_${stage}`);
      const known = found.get(problem);
      // A source has no targets of its own: its law is used for those of the destination.
      const cells = stage === "law_source" || stage === "law_between" ? [] : [cell];
      if (known !== undefined) known.cells.push(...cells);
      else {
        const [fit] = fitsOf(job, cell, stage);
        if (fit !== undefined && hasComputeOptimal(fit.form)) found.set(problem, { fit, cells });
      }
    }
  }
  const sizes = sizesOf(job);
  return Array.from(found.values(), ({ fit, cells }): Surface => {
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

function runsOf({ points }: ReportFit): (SizePlace & { loss: number; fitted: number; run: string })[] {
  return points.map(({ run, variables: [n, d], response, fitted }) => ({
    run,
    n: n!,
    d: d!,
    loss: response,
    fitted,
  }));
}

/** What the frame of a panel holds; a best size may lie orders of magnitude beyond. */
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
  const law = (n: number, d: number) => fit.form.value(fit.parameters, [n, d]);
  const line = bestLine(fit, frame);
  const levels = levelsOf(law, frame, line).map((loss) => ({ loss, places: isoLoss(law, loss, frame) }));
  const at = (all: readonly SizePlace[]) => all.map(({ n, d }) => ({ x: n, y: d }));
  const right = levels.flatMap(({ loss, places: own }) => {
    const last = own.at(-1);
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
      ...levels.map(({ places: own }) => curve(at(own), LEVEL)),
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
      fitted: fit.form.value(fit.parameters, [n, d]),
    })),
  ];
}
