import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { Drawing } from "../../src/draw/figure.ts";
import { pairOf } from "../../src/draw/job.ts";
import { type HeadlinePrediction, largestTargets } from "../../src/draw/predictions.ts";
import { tableOfRecords } from "../../src/draw/records.ts";
import { pairs } from "../../src/papers/loss-to-loss/reading.ts";
import { figureOf } from "../../src/report/figures/registry.ts";
import { reportPage } from "../../src/report/page/page.ts";
import { type ReportJob, readJob } from "../../src/report/read-job.ts";
import { summarise } from "../../src/report/summary.ts";
import { temporaryFolder } from "../tables/temporary.ts";
import { drawAll, figures } from "./figures.ts";
import { relatedRows, relatedRun } from "./runs.ts";

const { folder } = temporaryFolder();
let whole = "";
let run: ReportJob;

beforeAll(async () => {
  whole = await relatedRun(folder);
  run = await readJob(whole);
});

const pageOf = (of: ReportJob): string => reportPage(of, drawAll(of));

test("corpora of a row, and rows that say nothing", () => {
  expect(pairOf({ pairs }, { source: "web", destination: "code" })).toBe("web → code");
  expect(pairOf({ pairs }, { source: "web", destination: "web" })).toBe("web");
  expect(pairOf({ pairs: undefined }, { task: "t" })).toBe("");
  const row = { relation: "train-to-train", source: "web", destination: "web" };
  expect(pairs.isTrivial(row)).toBe(true);
  expect(pairs.isTrivial({ ...row, relation: "train-to-test" })).toBe(false);
  // A table without corpora has no such row.
  expect(pairs.isTrivial({ relation: "train-to-train" })).toBe(false);
});

test("the report opens with how well each relation does, and no train loss is predicted from itself", () => {
  const { lines, rows, head } = summarise(run);
  expect(lines[0]).toMatch(
    /^train-to-train: mean relative error .* over 6 predictions; scaling laws of the same losses /,
  );
  expect(lines.slice(1, 4).map((line) => line.split(":")[0])).toEqual([
    "train-to-test",
    "test-to-test",
    "scaling-law",
  ]);
  expect(head).toBe("corpora");
  expect(rows.map(({ task }) => task)).toEqual([
    "code → math",
    "code → web",
    "math → code",
    "math → web",
    "web → code",
    "web → math",
  ]);
});

test("of several targets the largest is shown, of one budget the one that most pairs predict, then that of least loss", () => {
  const sizes = [
    { run: "small", c: 1e20 },
    { run: "large", c: 1e21 },
    { run: "same", c: 1.001e21 },
  ].map((row) => ({ ...row, role: "target" }));
  const of = { ...run, tables: { ...run.tables, runs: tableOfRecords(sizes) } };
  const one = (cell: number, target: string, actual: number) =>
    ({ cell, target, actual }) as HeadlinePrediction;
  const chosen = (predictions: HeadlinePrediction[]) =>
    largestTargets(of, predictions).map(({ target }) => target);
  const both = [one(0, "small", 1), one(0, "large", 3), one(0, "same", 2)];
  expect(chosen(both)).toEqual(["same"]);
  expect(chosen([...both, one(1, "large", 3)])).toEqual(["large", "large"]);
});

test("a run without targets says so, and has its translations and laws", async () => {
  const without = await readJob(
    await relatedRun(
      folder,
      "without",
      { axes: { relation: "train-to-train" } },
      relatedRows({ targets: false }),
    ),
  );
  const { lines, cautions, rows } = summarise(without);
  expect(lines[0]).toMatch(
    /^train-to-train: no prediction with a measured value \(6 translations, median R² 1\.0000\)/,
  );
  expect(cautions).toContain("The sweep has no targets: there are fits, but no predictions.");
  expect(rows).toEqual([]);
  const page = pageOf(without);
  expect(page).toContain(
    "Relations of losses beside scaling laws: no relation has a prediction with a measured value",
  );
  expect(page).toContain('id="figure-of-translations"');
  expect(page).toContain('id="figure-of-contours"');
});

test("one relation of one pair says so", async () => {
  const axes = { relation: "train-to-train", source: "web", destination: "code" };
  const one = await readJob(await relatedRun(folder, "one", { axes }));
  const { cautions, rows } = summarise(one);
  expect(cautions).toContain("The headline configuration is one relation: own_corpus, web → code.");
  expect(rows).toMatchObject([{ task: "web → code", mark: "" }]);
  expect((figureOf(figures, "translations").draw(one) as Drawing).panels).toHaveLength(1);
});

test("without tables there is still a page that says so, and a figure without any one of its tables", async () => {
  const noTranslation = "no translation of the headline configuration has a fit";
  const messages = {
    points: ["translations", noTranslation],
    translations: ["translations", noTranslation],
    relations: ["relations", "no relation has a prediction with a measured value"],
    isoflop: ["isoflop", "the sweep has no isoflop analysis"],
  } as const;
  const half = join(folder, "half");
  cpSync(whole, half, { recursive: true });
  for (const name of Object.keys(messages)) rmSync(join(half, `${name}.parquet`));
  const page = pageOf(await readJob(half));
  for (const [name, [figure, message]] of Object.entries(messages)) {
    expect(page).toContain(`${name} (the file is missing)`);
    expect(page).toContain(`${figureOf(figures, figure).title}: ${message}`);
    const tables = Object.fromEntries(Object.entries(run.tables).filter(([table]) => table !== name));
    expect(figureOf(figures, figure).draw({ ...run, tables })).toMatchObject({
      missing: expect.stringContaining(message),
    });
  }
});

test("without the points of the isoflop analysis its best sizes are still drawn", () => {
  const { isoflop_points, ...tables } = run.tables;
  const { panels, data } = figureOf(figures, "isoflop").draw({ ...run, tables }) as Drawing;
  expect(isoflop_points!.rows).toBe(54);
  expect(panels).toHaveLength(3);
  expect(data.rows).toBe(9);
});

test("laws of best sizes that noise does not account for are named in the caption", () => {
  const laws = run.tables.isoflop_laws!;
  const said = { status: "over-scattered", reason: "so the interval is too narrow" };
  const columns = laws.columns.map((column): typeof column =>
    column.name === "status" || column.name === "reason"
      ? { name: column.name, type: "string", values: Array<string>(laws.rows).fill(said[column.name]) }
      : column,
  );
  const captionOf = (tables: typeof run.tables) =>
    (figureOf(figures, "best-sizes").draw({ ...run, tables }) as Drawing).caption;
  const caption = captionOf({ ...run.tables, isoflop_laws: { ...laws, columns } });
  expect(caption).toMatch(/Not as the noise leads to: .*\(scatter .*\): so the interval is too narrow\./);
});

test("with a bootstrap each pair has its interval and its replicates", async () => {
  const axes = { relation: "train-to-train" };
  const drawn = await readJob(
    await relatedRun(folder, "drawn", {
      axes,
      bootstrap: { resamples: 4, intervals: "percentile", draws: true },
    }),
  );
  expect(summarise(drawn).lines.at(-2)).toMatch(
    /of 6 measured values lie in their intervals \(90 % percentile\)/,
  );
  const { panels } = figureOf(figures, "distributions").draw(drawn) as Drawing;
  expect(panels).toHaveLength(6);
  expect(panels[0]!.svg).toContain("code → math, math-1-1e+21");
});

test("a run whose headline has nothing but skipped fits gives their reasons", async () => {
  // No two corpora have runs of one size.
  const apart = relatedRows().map((row) => {
    const factor = row.family === "web" ? 1 : row.family === "code" ? 1.1 : 1.2;
    return { ...row, n: factor * row.n!, d: row.d / factor };
  });
  const axes = { relation: ["train-to-train", "scaling-law"], destination: ["code", "math"], source: "web" };
  const related = { axes: [axes, { relation: "scaling-law" }] };
  const skipped = await readJob(await relatedRun(folder, "skipped", related, apart));
  const { cautions, rows } = summarise(skipped);
  expect(rows).toEqual([]);
  expect(cautions[0]).toBe("The headline configuration predicts nothing: see the skipped fits below.");
  const page = pageOf(skipped);
  expect(page).toContain("no run of own_corpus on web is a pair with one of own_corpus on code");
  expect(page).toContain("no translation of the headline configuration has a fit");
});
