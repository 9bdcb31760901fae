import * as Plot from "@observablehq/plot";
import type { Figure, LegendItem, Panel } from "../draw/figure.ts";
import { categoryDots, curve, MOST_CATEGORIES, signOfCategory } from "../draw/marks.ts";
import { extent } from "../draw/numbers.ts";
import { drawPanel } from "../draw/panel.ts";
import { num, type Row, str, tableOfRecords } from "../draw/records.ts";
import { category } from "../draw/theme.ts";
import { describeSetting, type IsoflopGroup, isoflopGroups } from "./groups.ts";

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
      panels: QUANTITIES.map((one) => quantityPanel(shown, one)),
      legend: shown.map(({ name, laws }, i): LegendItem => {
        return { label: `${name}${exponentOf(laws)}`, colour: category(i), sign: signOfCategory(i) };
      }),
      caption:
        `${describeSetting(job)}${scattered(shown)} Lines are the power laws of table isoflop_laws, drawn where there is one; a in N = G C^a stands in the legend, with its ` +
        "standard error from the scatter about the line. Bars are the intervals of the best size and tokens. Budgets are drawn a little apart where there are " +
        `several lines.${groups.length > shown.length ? ` The first ${shown.length} of ${groups.length}.` : ""}`,
      data: tableOfRecords(shown.flatMap(dataOf)),
    };
  },
};

/** Which laws the noise does not account for: their intervals are not to be taken as they are. */
function scattered(groups: readonly IsoflopGroup[]): string {
  return ["over-scattered", "under-scattered"]
    .map((status) => {
      const own = groups.filter(({ laws }) => laws.get("n")?.status === status);
      const [first] = own;
      if (first === undefined) return "";
      const names = own.map(
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

function dataOf({ name, budgets }: IsoflopGroup): Row[] {
  const columns = ["c", "n", "n_lower", "n_upper", "d", "d_lower", "d_upper", "loss", "status"] as const;
  return budgets.map((row) => ({
    of: name,
    ...Object.fromEntries(columns.map((column) => [column, row[column] ?? null])),
  }));
}
