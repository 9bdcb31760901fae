import * as Plot from "@observablehq/plot";
import { describeFits, fitTitle, leftOutTasks, MOST_TASKS } from "../draw/caption.ts";
import type { Figure, Panel } from "../draw/figure.ts";
import { isoLoss, levelsOf, type MapFrame, roomy, type SizePlace } from "../draw/iso-loss.ts";
import type { LoadedJob } from "../draw/job.ts";
import { curve, dots } from "../draw/marks.ts";
import { grid, powerOfTen } from "../draw/numbers.ts";
import { drawPanel } from "../draw/panel.ts";
import { distinct, num, type Row, recordsOf, str, tableOfRecords } from "../draw/records.ts";
import { inputsOf } from "../forms/size-inputs.ts";
import { type Cost, readCost } from "./cost.ts";
import { lawsOfRun, type StoredFit } from "./laws.ts";
import { type LawPlan, type PlannedLaw, planLaw, spanOfRuns } from "./plan-law.ts";

/** Budgets of the line of best sizes. */
const BUDGETS = 13;

/** Replicates from which the band about the line is drawn, at most. */
const MOST_DRAWS = 200;

/** Steps of a line of one budget. */
const STEPS = 60;

const [RUN, LEVEL, BEST] = ["var(--o1)", "var(--fit)", "var(--good)"];

/** A law with its plans. */
interface PlannedSurface {
  planned: PlannedLaw;
  cost: Cost;
  /** Rows of table `plans`, of one level. */
  rows: readonly Row[];
  line: readonly LawPlan[];
}

/** Laws over model size and tokens with what is planned by them. */
export const plansFigure: Figure = {
  name: "plans",
  part: "answer",
  title: "Plans: best sizes of budgets",
  needs: "table `plans` (`lawfit plan --out`)",
  concerns: ({ tables }) => tables.plans !== undefined,
  draw(job) {
    const all = surfacesOf(job);
    if (all.length === 0) return { missing: "the run has no plan by a law whose fit it has" };
    const shown = all.slice(0, MOST_TASKS);
    const budgets = distinct(shown.flatMap(({ rows }) => rows.map((row) => num(row, "budget"))));
    return {
      panels: shown.map(surfacePanel),
      legend: [
        { label: "run", colour: RUN, sign: "dot" },
        { label: "equal by the law (numbers at right)", colour: LEVEL, sign: "line" },
        { label: "best size of a budget, within the limits that were given", colour: BEST, sign: "line" },
        { label: `its ${100 * num(shown[0]!.rows[0], "level")} % interval`, colour: BEST, sign: "band" },
        { label: "plan, with the sizes within 1 % of it", colour: BEST, sign: "diamond" },
        { label: `budget ${budgets.map(powerOfTen).join(", ")}`, colour: "var(--muted)", sign: "dashes" },
      ],
      caption:
        `${describeFits(all.map(({ planned }) => planned.law.law))} A model costs ${shown[0]!.cost.expression}.` +
        leftOutTasks(all.length, shown.length).replace("task", "law"),
      data: tableOfRecords(shown.flatMap(dataOf)),
    };
  },
};

function surfacesOf(job: LoadedJob): PlannedSurface[] {
  const plans = recordsOf(job.tables.plans).filter((row) => row.n !== null);
  const rows = plans.filter(({ level }) => level === plans[0]!.level);
  const cells = recordsOf(job.tables.cells).filter(({ cell }) => rows.some((row) => row.cell === cell));
  return lawsOfRun(job, cells).flatMap((law): PlannedSurface[] => {
    const own = rows.filter(({ cell }) => cell === law.cell.cell);
    const held = pairsOf(str(own[0], "held"));
    const inputs = inputsOf(law.law.form, { at: held, uniqueTokens: undefined });
    if ("reason" in inputs) return [];
    const planned = { law, inputs };
    const cost = readCost(str(own[0], "cost"), held, "plans");
    return [{ planned, cost, rows: own, line: bestLine(planned, cost, own) }];
  });
}

/** Reads `T=1e13, K=8`. */
function pairsOf(text: string): Record<string, number> {
  const pairs = text === "" ? [] : text.split(", ").map((pair) => pair.split("="));
  return Object.fromEntries(pairs.map(([name, value]) => [name!, Number(value)]));
}

/** The best sizes from the budget of the smallest run, or of the smallest plan, to that of the largest. */
function bestLine(planned: PlannedLaw, cost: Cost, rows: readonly Row[]): LawPlan[] {
  const { law } = planned;
  const runs = law.law.points.map(({ variables }) => planned.inputs.sizeOf(variables));
  const costs = [...runs.map(({ n, d }) => cost.at(n, d)), ...rows.map((row) => num(row, "budget"))];
  const level = num(rows[0], "level");
  const few = { ...planned, law: { ...law, law: withFewDraws(law.law), link: undefined } };
  const limit = pairsOf(str(rows[0], "limits"));
  const plans = planLaw(few, {
    ...{ cost, levels: [level] },
    limits: {
      n: [limit["n-min"] ?? 1, limit["n-max"] ?? Number.POSITIVE_INFINITY],
      d: [limit["d-min"] ?? 1, limit["d-max"] ?? Number.POSITIVE_INFINITY],
    },
    goals: grid(Math.min(...costs), Math.max(...costs), BUDGETS, true).map((budget) => ({ budget })),
  });
  // Where the law has no best size there is no line; at a limit that was given the best size is there.
  const isGiven = (edge: string): boolean => Object.hasOwn(limit, edge);
  return plans.flatMap((plan) => ("reason" in plan || !plan.best.edges.every(isGiven) ? [] : [plan]));
}

function withFewDraws(fit: StoredFit): StoredFit {
  if (fit.draws === undefined) return fit;
  const { width, parameters, degenerate } = fit.draws;
  const draws = {
    ...{ ...fit.draws, degenerate: degenerate.subarray(0, MOST_DRAWS) },
    parameters: parameters.subarray(0, MOST_DRAWS * width),
  };
  return { ...fit, draws };
}

/** Sizes between two that use up a budget. */
function onBudget(cost: Cost, budget: number, from: number, to: number): SizePlace[] {
  if (!(from > 0 && to >= from && Number.isFinite(to))) return [];
  return grid(from, to, STEPS, true).flatMap((n) => {
    const d = cost.tokensAt(n, budget);
    return Number.isNaN(d) ? [] : [{ n, d }];
  });
}

const placesAt = (all: readonly SizePlace[]) => all.map(({ n, d }) => ({ x: n, y: d }));

function surfacePanel({ planned, cost, rows, line }: PlannedSurface): Panel {
  const { law, inputs } = planned;
  const { form, parameters, points } = law.law;
  const runs = points.map(({ variables }) => inputs.sizeOf(variables));
  const plans = rows.map((row) => ({ n: num(row, "n"), d: num(row, "d") }));
  const frame: MapFrame = {
    n: roomy([...runs, ...plans].map(({ n }) => n)),
    d: roomy([...runs, ...plans].map(({ d }) => d)),
  };
  const valueAt = (n: number, d: number) => form.value(parameters, inputs.at(parameters, n, d));
  // Lines of equal value are of what falls with the size.
  const span = spanOfRuns(planned);
  const sign = valueAt(span.n[1], span.d[1]) > valueAt(span.n[0], span.d[0]) ? -1 : 1;
  const falling = (n: number, d: number) => sign * valueAt(n, d);
  const best = line.map(({ best: { n, d } }) => ({ n, d }));
  const levels = levelsOf(falling, frame, best).map((value) => ({
    value: sign * value,
    places: isoLoss(falling, value, frame),
  }));
  const edge = (end: "lower" | "upper") =>
    line.flatMap(({ budget, intervals: [interval] }) =>
      onBudget(cost, budget, interval!.n[end], interval!.n[end]).slice(0, 1),
    );
  const band = [...edge("lower"), ...edge("upper").toReversed()];
  return drawPanel({
    title: fitTitle(law.law),
    x: { label: "model parameters N", scale: "log", ticks: "count", values: frame.n },
    y: { label: "training tokens D", scale: "log", ticks: "count", values: frame.d },
    marks: [
      ...rows.map((row) =>
        Plot.line(placesAt(onBudget(cost, num(row, "budget"), ...frame.n)), {
          ...{ x: "x", y: "y", stroke: "var(--muted)", strokeOpacity: 0.7, strokeDasharray: "2 3" },
          clip: "frame",
        }),
      ),
      ...levels.map(({ places }) => curve(placesAt(places), LEVEL)),
      Plot.line(placesAt(band), {
        ...{ x: "x", y: "y", stroke: "none", fill: BEST, fillOpacity: 0.18, curve: "linear-closed" },
        clip: "frame",
      }),
      Plot.line(placesAt(best), { x: "x", y: "y", stroke: BEST, strokeWidth: 2.4, clip: "frame" }),
      ...rows.map((row) =>
        Plot.line(
          placesAt(onBudget(cost, num(row, "budget"), num(row, "n_1_0_lower"), num(row, "n_1_0_upper"))),
          {
            ...{ x: "x", y: "y", stroke: BEST, strokeWidth: 5, strokeOpacity: 0.45, clip: "frame" },
          },
        ),
      ),
      dots(placesAt(runs), RUN, 2.2),
      Plot.dot(placesAt(plans), {
        ...{ x: "x", y: "y", symbol: "diamond", r: 4, fill: BEST, stroke: "var(--paper)", clip: "frame" },
      }),
    ],
    labels: levels.flatMap(({ value, places }) => {
      const last = places.at(-1);
      return last !== undefined && last.n > frame.n[1] * 0.9 ? [{ y: last.d, text: String(value) }] : [];
    }),
  });
}

function dataOf({ planned, rows, line }: PlannedSurface): Row[] {
  const law = fitTitle(planned.law.law);
  const interval = ({ n, d }: Record<"n" | "d", { lower: number; upper: number }>) => ({
    ...{ n_lower: n.lower, n_upper: n.upper, d_lower: d.lower, d_upper: d.upper },
  });
  return [
    ...planned.law.law.points.map(({ run, variables, response }) => {
      return { law, what: "run", run, ...planned.inputs.sizeOf(variables), value: response };
    }),
    ...line.map(({ budget, best: { n, d, value }, intervals: [first] }) => {
      return { law, what: "best size", budget, n, d, value, ...interval(first!) };
    }),
    ...rows.map((row) => ({
      ...{ law, what: "plan", budget: num(row, "budget"), n: num(row, "n"), d: num(row, "d") },
      value: num(row, "predicted_loss"),
    })),
  ];
}
