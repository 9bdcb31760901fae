import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { getOrInsert } from "../../../src/collections.ts";
import { compareRecipes } from "../../../src/decide/compare-recipes.ts";
import { planNext } from "../../../src/decide/next.ts";
import { plan } from "../../../src/decide/plan.ts";
import { composeFigure } from "../../../src/draw/compose.ts";
import type { Drawing } from "../../../src/draw/figure.ts";
import { figureOf } from "../../../src/report/figures/registry.ts";
import { type ReportJob, readJob } from "../../../src/report/read-job.ts";
import { temporaryFolder } from "../../tables/temporary.ts";
import { figures } from "../figures.ts";
import { flpRun, freeRun, ladderRun, mappedRun, mixedRun, relatedRun, searchedRun } from "../runs.ts";

const { folder } = temporaryFolder();
/** Figures of which it is known for which of the runs there is something to draw. Every other figure is drawn for some run. */
const DRAWN: Readonly<Record<string, readonly string[]>> = {
  ladder:
    "answer chain law-n law-d contours link distributions forecast-cones backtests error-curves choices stages matrix variance".split(
      " ",
    ),
  flp: "answer chain law-c link direct choices stages matrix variance".split(" "),
  related: "answer relations translations contours isoflop best-sizes matrix".split(" "),
  free: "answer plans chain contours fitted fit-curves fit-residuals".split(" "),
  mapped: "candidates recipes fitted fit-curves fit-contours fit-residuals fit-pairs".split(" "),
  mixed: "answer chain domain-laws mixtures variance".split(" "),
  searched: "search-front fitted fit-curves fit-contours fit-residuals".split(" "),
};
const runs: Record<string, ReportJob> = {};

beforeAll(async () => {
  const made = [ladderRun, flpRun, mixedRun, relatedRun, freeRun, mappedRun, searchedRun].map((run) =>
    run(folder),
  );
  // Tables plans, candidates and recipes are added to the runs themselves.
  const [planned, ranked] = await Promise.all(made.slice(4));
  await plan(planned!, { budgets: [1e22], out: planned! });
  const asked = { candidates: "x1=18..22:3,x2=22..26:3", cost: "exp(x1)*exp(x2)", targets: ["x1=25,x2=29"] };
  await planNext(ranked!, { ...asked, spend: 1e20, out: ranked! });
  await compareRecipes(ranked!, { targets: asked.targets, pooling: "own", draws: 20, out: ranked! });
  const [ladder, flp, mixed, related, free, mapped, searched] = await Promise.all(
    made.map(async (one) => readJob(await one)),
  );
  Object.assign(runs, { ladder, flp, mixed, related, free, mapped, searched });
});

/** Each figure of each run, drawn once. */
const drawings = new Map<string, ReturnType<(typeof figures)[number]["draw"]>>();
const drawnOf = (run: string, figure: (typeof figures)[number]) =>
  getOrInsert(drawings, `${run} ${figure.name}`, () => figure.draw(runs[run]!));

test("the figure of a search says what was found", () => {
  const drawn = drawnOf("searched", figureOf(figures, "search-front"));
  const said = runs.searched!.tables.searches!.columns.find(({ name }) => name === "said")!.values;
  expect("caption" in drawn && drawn.caption).toContain(`${said.join(". ")}. Error of each form`);
});

test.each(figures)("some run has something for figure $name", (figure) => {
  expect(Object.keys(runs).some((run) => "panels" in drawnOf(run, figure))).toBe(true);
});

describe.each(Object.keys(DRAWN))("of run %s", (name) => {
  test.each(figures)("figure $name is drawn, or says why not", (figure) => {
    const drawn = drawnOf(name, figure);
    if (Object.values(DRAWN).flat().includes(figure.name)) {
      expect("panels" in drawn, JSON.stringify("missing" in drawn && drawn.missing)).toBe(
        DRAWN[name]!.includes(figure.name),
      );
    }
    if ("missing" in drawn) return void expect(drawn.missing).toMatch(/\w+ \w+/);
    expect(drawn.panels.length).toBeGreaterThan(0);
    expect(drawn.data.rows).toBeGreaterThan(0);
    expect(drawn.caption).toMatch(/\.$/);
    for (const { svg } of drawn.panels) expect(svg).toMatch(/<(path|circle|line|rect)\b/);
    // Every colour of the legend is drawn somewhere, and a colour means one thing.
    for (const { colour } of drawn.legend) {
      if (/--(h\d|grid|muted|bad|good)/.test(colour)) continue;
      expect(
        drawn.panels.some(({ svg }) => svg.includes(colour)),
        colour,
      ).toBe(true);
    }
    const signs = drawn.legend.map(({ colour, sign }) => `${colour} ${sign}`);
    expect(new Set(signs).size).toBe(signs.length);
    const svg = composeFigure(figure.title, drawn, "light");
    expect(svg).not.toMatch(/var\(|NaN|undefined|Infinity/);
  });
});

test("the law's figure has the runs as dots, the target's measured and predicted loss, and its data", () => {
  const { panels, data } = figureOf(figures, "law-n").draw(runs.ladder!) as Drawing;
  expect(panels).toHaveLength(2);
  // 9 runs and the target's ring; its prediction is a path.
  expect(panels[0]!.svg.match(/<circle/g)).toHaveLength(10);
  expect(data.columns.map(({ name }) => name)).toEqual([
    "task",
    "stage",
    "run",
    "N",
    "D",
    "response",
    "fitted",
  ]);
  expect(data.rows).toBe(18);
});

test("an unknown figure is an error that names the nearest", () => {
  expect(() => figureOf(figures, "law-m")).toThrow(
    /unknown figure "law-m"; allowed: answer, .*did you mean/s,
  );
});

test("docs/report.md has a row for every figure, in order, with what it needs", () => {
  const page = readFileSync(new URL("../../../docs/report.md", import.meta.url), "utf8");
  const rows = Array.from(page.matchAll(/^\| `([^`]+)` \| (.+) \| (.+) \|$/gm), ([, ...cells]) => cells);
  const documented = rows.filter(([name]) => figures.some((figure) => figure.name === name));
  expect(documented).toEqual(figures.map(({ name, title, needs }) => [name, title, needs]));
});
