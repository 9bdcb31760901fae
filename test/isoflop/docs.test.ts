import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { interpolations } from "../../src/isoflop/interpolations.ts";
import { isoflop } from "../../src/results/isoflop.ts";
import { lossToLoss } from "../../src/tables/importers/loss-to-loss.ts";
import { expectDocumented } from "../documented-table.ts";
import { type Row, rowsOf } from "../run/published.ts";
import { sharedData } from "../shared-data.ts";
import { BUDGETS, best, finalRow, lossAt, tableOf } from "./surface.ts";

/** Columns: the default, windows of the parabola beside each other (the last takes all sizes), Akima's curve. */
const SETTINGS = ["powers, window 3", "parabola, window 2", "window 3", "all sizes", "akima"];
const settings = { interpolation: ["powers", "parabola", "akima"], window: [2, 3, 1000] };
const isShown = ({ interpolation, window }: Row) => interpolation !== "powers" || window === 3;

const page = readFileSync(new URL("../../docs/isoflop.md", import.meta.url), "utf8");

test("docs/isoflop.md has every interpolation", () => {
  const listed = [...page.matchAll(/^- `([a-z]+)`: /gm)].map(([, name]) => name);
  expect(listed).toEqual([...interpolations.keys()]);
});

/** To some decimals, without a sign before 0. */
const rounded = (value: number, digits = 4) =>
  (Math.round(10 ** digits * value) / 10 ** digits + 0).toFixed(digits);

/** Grids: smallest and largest size as multiples of the best one, and how many sizes. */
const GRIDS: [number, number, number][] = [
  [1 / 3, 3, 11],
  [1 / 4, 4, 8],
  [1 / 10, 10, 11],
  [1 / 8, 2, 11],
  [1 / 2, 8, 11],
];

/** A table whose sizes at each budget begin and end at multiples of the best one that a budget's number may change. */
const gridTable = (ends: (b: number) => [number, number], count: number) =>
  tableOf(
    BUDGETS.flatMap((c, b) => {
      const [smallest, largest] = ends(b);
      // No size is the best one itself: half a step of the grid lies on either side of the ends.
      const step = Math.log(largest / smallest) / count;
      return Array.from({ length: count }, (_, i) => {
        const n = best(c).n * smallest * Math.exp((i + 0.3) * step);
        return finalRow(c, n, lossAt(n, c));
      });
    }),
  );

test("the bias of the best size on an exact surface is as documented", () => {
  const rows = GRIDS.map(([smallest, largest, count]) => {
    const { isoflop: budgets } = isoflop(
      gridTable(() => [smallest, largest], count),
      { ...settings, noise: 0, draws: 2 },
    );
    const shown = rowsOf(budgets).filter(isShown);
    const last = shown.filter(({ c }) => Math.abs(Number(c) / BUDGETS.at(-1)! - 1) < 1e-9);
    const bias = last.map(({ n }) => rounded(100 * (Number(n) / best(BUDGETS.at(-1)!).n - 1), 2));
    const multiple = (one: number) => (one < 1 ? `1/${Math.round(1 / one)}` : String(one));
    return [`${multiple(smallest)} to ${multiple(largest)}, ${count} sizes`, ...bias];
  });
  expectDocumented(
    "isoflop.md",
    "bias of the best size",
    ["sizes, as multiples of the best", ...SETTINGS],
    rows,
  );
});

test("the bias of the exponent where the grid drifts is as documented", () => {
  const drifts: [string, (b: number) => number][] = [
    ["stays centred", () => 1],
    ["drifts from 2/3 to 3/2 of the best size", (b) => 1.5 ** ((2 * b) / 7 - 1)],
    ["drifts from 1/2 to 2", (b) => 2 ** ((2 * b) / 7 - 1)],
  ];
  const rows = drifts.map(([name, centre]) => {
    const table = gridTable((b) => [centre(b) / 4, centre(b) * 4], 11);
    const { isoflop_laws } = isoflop(table, { ...settings, noise: 0, draws: 2 });
    const ofN = rowsOf(isoflop_laws).filter((row) => row.quantity === "n" && isShown(row));
    return [name, ...ofN.map(({ exponent }) => rounded(Number(exponent) - best(1e20).exponent))];
  });
  expectDocumented("isoflop.md", "bias of the exponent", ["centre of the sizes", ...SETTINGS], rows);
});

const data = sharedData("loss-to-loss");
const HEURISTIC = 0.003;

describe.skipIf(data === undefined)(
  "529 runs over six corpora (skipped where ../shared is absent)",
  async () => {
    if (data === undefined) return;
    const { table } = await lossToLoss.read([join(data, "sweep.csv")]);
    const subjects = "own_corpus";
    /** The same table, the runs of smaller budgets put aside. */
    const larger = {
      ...table,
      role: table.role.map((role, row) => (table.c[row]! > 2e18 ? role : "target")),
    };
    const lawsOf = (options: Parameters<typeof isoflop>[1], of = table) =>
      rowsOf(isoflop(of, { subjects, ...options }).isoflop_laws).filter(({ quantity }) => quantity === "n");
    const measured = lawsOf({});
    const heuristic = lawsOf({ interpolation: "akima", noise: HEURISTIC });
    const withoutSmall = lawsOf({}, larger);
    const decimals = (row: Row, name: string) => Number(row[name]).toFixed(3);
    const ends = (row: Row) => `${decimals(row, "exponent_lower")} to ${decimals(row, "exponent_upper")}`;

    test("exponents of the best size are as documented", () => {
      const noises = rowsOf(isoflop(table, { subjects, draws: 2 }).isoflop);
      const byScatter = (law: Row) => [
        `${decimals(law, "exponent")} ± ${decimals(law, "standard_error")}`,
        Number(law.scatter).toFixed(1),
      ];
      const rows = measured.map((law, i) => [
        String(law.family),
        (100 * Number(noises.find(({ family }) => family === law.family)!.noise)).toFixed(2),
        ends(law),
        ...byScatter(law),
        ...byScatter(withoutSmall[i]!),
        ends(heuristic[i]!),
      ]);
      const head = [
        "corpus",
        "noise (%)",
        "90 % by draws",
        "± by scatter",
        "scatter",
        "from 2.1e18 on",
        "its scatter",
        "akima, noise 0.3 %",
      ];
      expectDocumented("isoflop.md", "exponents of six corpora", head, rows);
    });

    test("every budget of every corpus has its minimum within the sizes", () => {
      const { isoflop: budgets } = isoflop(table, { subjects, draws: 100 });
      expect(rowsOf(budgets)).toHaveLength(48);
      expect(new Set(rowsOf(budgets).map(({ status }) => status))).toEqual(new Set(["ok"]));
    });

    test("with the noise of the paper's figure 11 all intervals meet; with that of the data they do not", () => {
      const overlap = (laws: readonly Row[]) =>
        Math.min(...laws.map((law) => Number(law.exponent_upper))) -
        Math.max(...laws.map((law) => Number(law.exponent_lower)));
      expect(overlap(heuristic)).toBeGreaterThan(0);
      expect(overlap(measured)).toBeLessThan(0);
    });
  },
);
