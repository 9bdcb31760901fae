import * as Plot from "@observablehq/plot";
import { groupBy } from "../collections.ts";
import { LOSS_LABEL, leftOutTasks, MOST_TASKS } from "../draw/caption.ts";
import type { Figure, LegendItem, Panel } from "../draw/figure.ts";
import type { LoadedJob } from "../draw/job.ts";
import { categoryDots, curve, dots, MOST_CATEGORIES, signOfCategory } from "../draw/marks.ts";
import { extent, grid, powerOfTen } from "../draw/numbers.ts";
import { drawPanel } from "../draw/panel.ts";
import { num, type Row, recordsOf, str, tableOfRecords } from "../draw/records.ts";
import { groupValues, type ValueGroup } from "../draw/sizes.ts";
import { category } from "../draw/theme.ts";
import { usedSizes } from "./curve.ts";
import { interpolations } from "./interpolations.ts";

/** The analysis of one family and subject, by the first interpolation, window and level of the run. */
interface IsoflopGroup {
  /** `web`, or `c4, web` where the run has several subjects. */
  name: string;
  /** Rows of `isoflop`, a budget each. */
  budgets: Row[];
  /** Runs by the FLOPs of their budget; none if the job directory has no table of them. */
  points: ReadonlyMap<number, readonly Row[]>;
  /** Rows of `isoflop_laws` by quantity: n, d. */
  laws: ReadonlyMap<string, Row>;
}

const SETTING = ["interpolation", "window", "level"] as const;

/** The groups of the isoflop analysis, in the order of its table. */
function isoflopGroups(job: LoadedJob): IsoflopGroup[] {
  const { isoflop, isoflop_points: points, isoflop_laws: laws } = job.tables;
  const all = recordsOf(isoflop);
  const rows = ofFirstSetting(all, all[0]);
  const identity = (row: Row) => JSON.stringify([row.family ?? null, row.subject ?? null]);
  const isOneSubject = new Set(rows.map(({ subject }) => subject)).size === 1;
  const ownPoints = groupBy(recordsOf(points), identity);
  const ownLaws = groupBy(ofFirstSetting(recordsOf(laws), all[0]), identity);
  return Array.from(groupBy(rows, identity), ([key, budgets]): IsoflopGroup => {
    const [family, subject] = [str(budgets[0], "family"), str(budgets[0], "subject")];
    return {
      name: family === "" ? subject : isOneSubject ? family : `${subject}, ${family}`,
      budgets,
      points: groupBy(ownPoints.get(key) ?? [], (row) => num(row, "c")),
      laws: new Map((ownLaws.get(key) ?? []).map((row) => [str(row, "quantity"), row])),
    };
  });
}

/** The shown setting, where the sweep has several interpolations, windows or levels. */
function describeSetting(job: LoadedJob): string {
  const [first] = recordsOf(job.tables.isoflop, (row) => row === 0);
  const window = num(first, "window");
  return `Interpolation ${str(first, "interpolation")}${Number.isFinite(window) ? `, window ${window}` : ""}; intervals of ${100 * num(first, "level")} %.`;
}

function ofFirstSetting(rows: readonly Row[], first: Row | undefined): Row[] {
  return rows.filter((row) => SETTING.every((name) => (row[name] ?? null) === (first?.[name] ?? null)));
}

const BEST = "var(--ink)";

interface Place {
  x: number;
  y: number;
}

/** Loss against model size for each budget, with the best size (Brandfonbrener et al., 2024, figure 11). */
export const isoflop: Figure = {
  name: "isoflop",
  part: "data",
  title: "Loss against model size, budget by budget",
  needs: "an isoflop analysis (key `isoflop`)",
  draw(job) {
    const all = isoflopGroups(job);
    if (all.length === 0) return { missing: "the sweep has no isoflop analysis: key isoflop asks for it" };
    const withSomething = all.filter(
      ({ budgets, points }) => points.size > 0 || budgets.some(({ n }) => n !== null),
    );
    if (withSomething.length === 0)
      return { missing: "no budget has a best size, and table isoflop_points is not there" };
    const shown = withSomething.slice(0, MOST_TASKS);
    const colours = groupValues(
      shown.flatMap(({ budgets }) => budgets.map((row) => num(row, "c"))),
      powerOfTen,
    );
    const isMarked = shown.some(({ budgets }) => budgets.some(({ n }) => n !== null));
    const without = shown.flatMap(({ budgets }) => budgets).filter(({ n }) => n === null).length;
    return {
      panels: shown.map((group) => budgetsPanel(group, colours)),
      legend: [
        ...(shown.some(({ points }) => points.size > 0)
          ? colours.map(({ label, colour }): LegendItem => ({ label: `${label} FLOPs`, colour, sign: "dot" }))
          : []),
        ...(isMarked
          ? [{ label: "best size, with its interval", colour: BEST, sign: "diamond" } as const]
          : []),
      ],
      caption:
        `${describeSetting(job)} A dot is the mean of the runs of a size, a line the curve whose lowest point is the best size.` +
        `${without > 0 ? ` ${without} of ${shown.flatMap(({ budgets }) => budgets).length} budgets have none: table isoflop has the reasons.` : ""}` +
        `${leftOutTasks(withSomething.length, shown.length).replace("task", "panel")}`,
      data: tableOfRecords(shown.flatMap(budgetRows)),
    };
  },
};

function budgetsPanel({ name, budgets, points }: IsoflopGroup, colours: readonly ValueGroup[]): Panel {
  const sizes = budgets.map((row) => sizesOf(points.get(num(row, "c")) ?? []));
  const lines = linesOf(budgets, sizes);
  const drawn = budgets.map((row, b) => {
    const c = num(row, "c");
    return {
      colour: colours.find(({ has }) => has(c))?.colour ?? "var(--muted)",
      ...{ sizes: sizes[b]!, line: lines[b]! },
    };
  });
  const best = budgets
    .map((row) => ({
      x: num(row, "n"),
      y: num(row, "loss"),
      lower: num(row, "n_lower"),
      upper: num(row, "n_upper"),
    }))
    .filter(({ x, y }) => x > 0 && Number.isFinite(y));
  const places = [...drawn.flatMap(({ sizes, line }) => [...sizes, ...line]), ...best];
  const bars = best.filter(({ lower, upper }) => lower > 0 && Number.isFinite(upper));
  return drawPanel({
    title: name,
    x: { label: "model parameters N", scale: "log", ticks: "count", values: places.map(({ x }) => x) },
    y: { label: LOSS_LABEL, values: places.map(({ y }) => y) },
    marks: [
      ...drawn.flatMap(({ colour, sizes, line }) => [curve(line, colour), dots(sizes, colour, 2.4)]),
      Plot.ruleY(bars, { y: "y", x1: "lower", x2: "upper", stroke: BEST, strokeWidth: 2.4, clip: "frame" }),
      Plot.dot(best, { x: "x", y: "y", symbol: "diamond", r: 4, fill: BEST }),
    ],
  });
}

/** Mean loss of each size, ascending. */
function sizesOf(points: readonly Row[]): Place[] {
  return Array.from(
    groupBy(points, (row) => num(row, "n")),
    ([x, sameSize]) => ({ x, y: sameSize.reduce((sum, row) => sum + num(row, "loss"), 0) / sameSize.length }),
  ).toSorted((a, b) => a.x - b.x);
}

/** The curve of each budget, with what the budgets have in common. */
function linesOf(rows: readonly Row[], sizes: readonly Place[][]): Place[][] {
  const interpolation = interpolations.get(str(rows[0], "interpolation"));
  if (interpolation === undefined) return rows.map(() => []);
  const curves = sizes.map((means) => {
    const all = {
      x: Float64Array.from(means, ({ x }) => Math.log(x)),
      losses: Float64Array.from(means, ({ y }) => y),
    };
    const used = usedSizes(interpolation, all, num(rows[0], "window"));
    return { x: all.x.subarray(...used), losses: all.losses.subarray(...used) };
  });
  const shape = interpolation.shape?.(curves);
  return curves.map(({ x, losses }) => {
    const curve = interpolation.curve(x, losses, shape);
    if (curve === undefined) return [];
    return grid(curve.from, curve.to, 40, false).map((at) => ({ x: Math.exp(at), y: curve.at(at) }));
  });
}

function budgetRows({ name, budgets, points }: IsoflopGroup): Row[] {
  return budgets.flatMap((row) => [
    ...(points.get(num(row, "c")) ?? []).map(({ c, run, n, d, loss }) => ({
      ...{ of: name, what: "run", c: c!, run: run!, n: n!, d: d!, loss: loss! },
    })),
    ...(row.n === null
      ? []
      : [
          {
            of: name,
            what: "best",
            c: row.c!,
            n: row.n!,
            d: row.d!,
            loss: row.loss!,
            n_lower: row.n_lower!,
            n_upper: row.n_upper!,
          },
        ]),
  ]);
}

const QUANTITIES = [
  { quantity: "n", title: "best size", label: "model parameters N" },
  { quantity: "d", title: "best tokens", label: "training tokens D" },
] as const;

/** Budgets apart from each other's families, so that their bars do not cover each other. */
const STEP = 1.03;

/** The best size and tokens of a budget as powers of it (Brandfonbrener et al., 2024, figure 11; Hoffmann et al., 2022). */
export const bestSizes: Figure = {
  name: "best-sizes",
  part: "data",
  title: "Best size and tokens against compute",
  needs: "an isoflop analysis (key `isoflop`)",
  draw(job) {
    const all = isoflopGroups(job);
    if (all.length === 0) return { missing: "the sweep has no isoflop analysis: key isoflop asks for it" };
    const groups = all.filter(({ budgets }) => budgets.some(({ n }) => n !== null));
    if (groups.length === 0)
      return { missing: "no budget of the isoflop analysis has a best size: table isoflop has the reasons" };
    const shown = groups.slice(0, MOST_CATEGORIES);
    return {
      panels: QUANTITIES.map((quantity) => quantityPanel(shown, quantity)),
      legend: shown.map(({ name, laws }, i): LegendItem => {
        return { label: `${name}${exponentOf(laws)}`, colour: category(i), sign: signOfCategory(i) };
      }),
      caption:
        `${describeSetting(job)}${scattered(shown)} Lines are the power laws of table isoflop_laws, drawn where there is one; a in N = G C^a stands in the legend, with its ` +
        "standard error from the scatter about the line. Bars are the intervals of the best size and tokens. Budgets are drawn a little apart where there are " +
        `several lines.${groups.length > shown.length ? ` The first ${shown.length} of ${groups.length}.` : ""}`,
      data: tableOfRecords(shown.flatMap(bestRows)),
    };
  },
};

/** Laws whose scatter the noise does not explain, so that their intervals are not reliable. */
function scattered(groups: readonly IsoflopGroup[]): string {
  return ["over-scattered", "under-scattered"]
    .map((status) => {
      const scatteredGroups = groups.filter(({ laws }) => laws.get("n")?.status === status);
      const [first] = scatteredGroups;
      if (first === undefined) return "";
      const names = scatteredGroups.map(
        ({ name, laws }) => `${name} (scatter ${num(laws.get("n"), "scatter").toPrecision(2)})`,
      );
      return ` Not as the noise leads to: ${names.join(", ")}: ${str(first.laws.get("n"), "reason")}.`;
    })
    .join("");
}

function exponentOf(laws: IsoflopGroup["laws"]): string {
  const row = laws.get("n");
  const [exponent, error] = [num(row, "exponent"), num(row, "standard_error")];
  if (!Number.isFinite(exponent)) return "";
  return `: a = ${exponent.toFixed(3)}${Number.isFinite(error) ? ` ± ${error.toFixed(3)}` : ""}`;
}

function quantityPanel(
  groups: readonly IsoflopGroup[],
  { quantity, title, label }: (typeof QUANTITIES)[number],
): Panel {
  const drawn = groups.map(({ budgets, laws }, i) => {
    const aside = STEP ** (i - (groups.length - 1) / 2);
    const rows = budgets.filter((row) => num(row, quantity) > 0);
    const law = laws.get(quantity);
    const ends = extent(rows.map((row) => num(row, "c"))) ?? [1, 1];
    return {
      i,
      best: rows.map((row) => ({
        ...{ x: num(row, "c") * aside, y: num(row, quantity) },
        ...{ lower: num(row, `${quantity}_lower`), upper: num(row, `${quantity}_upper`) },
      })),
      line: ends.map((c) => ({ x: c, y: num(law, "coefficient") * c ** num(law, "exponent") })),
    };
  });
  const places = drawn.flatMap(({ best, line }) => [...best, ...line]);
  return drawPanel({
    title,
    ...{ width: 470, height: 330 },
    x: {
      label: "training compute C (FLOPs)",
      scale: "log",
      ticks: "power",
      values: places.map(({ x }) => x),
    },
    y: { label, scale: "log", ticks: "count", values: places.map(({ y }) => y) },
    marks: drawn.flatMap(({ i, best, line }) => [
      curve(line, category(i)),
      Plot.ruleX(
        best.filter(({ lower, upper }) => lower > 0 && Number.isFinite(upper)),
        { x: "x", y1: "lower", y2: "upper", stroke: category(i), strokeWidth: 1.6, clip: "frame" },
      ),
      categoryDots(best, i),
    ]),
  });
}

function bestRows({ name, budgets }: IsoflopGroup): Row[] {
  const columns = ["c", "n", "n_lower", "n_upper", "d", "d_lower", "d_upper", "loss", "status"] as const;
  return budgets.map((row) => ({
    of: name,
    ...Object.fromEntries(columns.map((column) => [column, row[column] ?? null])),
  }));
}
