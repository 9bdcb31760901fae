import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { recordsOf } from "../../../src/draw/records.ts";
import { type ReportJob, readJob } from "../../../src/report/read-job.ts";
import { writeReport } from "../../../src/report/report.ts";
import { queryJob } from "../../../src/run/job-directory.ts";
import { formatCsv } from "../../../src/tables/csv.ts";
import { temporaryFolder } from "../../tables/temporary.ts";
import { wholeCrosses } from "../../whole-crosses.ts";
import { findChromium, openBrowser, openFile, type WatchedPage } from "../browser.ts";
import { drawAll, figures } from "../figures.ts";
import { ladderRun, relatedRun } from "../runs.ts";

const chromium = findChromium();
if (chromium === undefined) console.log("skipped: no Chromium; LAWFIT_CHROMIUM may name one");

/** `npm run test:all` has every width in every colours. */
const looks = [
  ["light", 1200],
  ["dark", 390],
  ...(wholeCrosses ? [["dark", 1200] as const, ["light", 390] as const] : []),
] as const;
const widths = wholeCrosses ? [1200, 390] : [390];

const { folder } = temporaryFolder();
const path = join(folder, "report.html");
const related = join(folder, "related.html");

describe.skipIf(chromium === undefined)("a report in Chromium", () => {
  let directory = "";
  let run: ReportJob;
  let browser: Browser;
  let wide: WatchedPage;

  beforeAll(async () => {
    directory = await ladderRun(folder);
    run = await readJob(directory);
    await writeReport(directory, { out: path });
    const axes = { relation: ["train-to-train", "scaling-law"] };
    await writeReport(await relatedRun(folder, "related", { axes }), { out: related });
    browser = await openBrowser(chromium!);
    wide = await openFile(browser, path, { width: 1200, colorScheme: "light" });
  });
  afterAll(() => browser?.close());

  const box = (name: string): Locator => wide.page.locator(`details[data-table=${name}]`);
  const column = (name: string, index: number) =>
    box(name).locator(`tbody td:nth-child(${index})`).allTextContents();

  async function downloaded(page: Page, button: Locator): Promise<string> {
    const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
    return readFileSync((await download.path())!, "utf8");
  }

  test("opens without an error and without leaving the file", () => {
    expect(wide.complaints).toEqual([]);
  });

  test("has the answer, and every figure that the run has something for", async () => {
    expect(await wide.page.locator("#answer tbody tr").count()).toBe(2);
    for (const { figure, drawing } of drawAll(run)) {
      const shown = wide.page.locator(`figure[data-figure=${figure.name}] svg.panel`);
      expect(await shown.count(), figure.name).toBe("missing" in drawing ? 0 : drawing.panels.length);
    }
    expect(await wide.page.locator("figure").count()).toBeLessThan(figures.length);
  });

  test.each(looks)(
    "in %s colours and %d pixels nothing sticks out and no panel is empty",
    async (colorScheme, width) => {
      const isOpen = width === 1200 && colorScheme === "light";
      const { page, complaints } = isOpen ? wide : await openFile(browser, path, { width, colorScheme });
      const [scroll, background, empty, clipped] = await page.evaluate(() => {
        const panels = [...document.querySelectorAll<SVGSVGElement>("svg.panel")];
        const texts = panels.flatMap((panel) => {
          const frame = panel.getBoundingClientRect();
          return [...panel.querySelectorAll("text")]
            .filter((text) => {
              const { left, right, top, bottom } = text.getBoundingClientRect();
              return (
                left < frame.left - 2 ||
                right > frame.right + 2 ||
                top < frame.top - 2 ||
                bottom > frame.bottom + 2
              );
            })
            .map((text) => text.textContent);
        });
        const blank = panels.filter((panel) => panel.getBoundingClientRect().height < 60).length;
        const colour = getComputedStyle(document.body).backgroundColor;
        return [document.documentElement.scrollWidth, colour, blank, texts] as const;
      });
      expect(scroll).toBeLessThanOrEqual(width);
      expect(background).toBe(colorScheme === "light" ? "rgb(255, 255, 255)" : "rgb(20, 24, 29)");
      expect(empty).toBe(0);
      expect(clipped).toEqual([]);
      expect(complaints).toEqual([]);
      if (!isOpen) await page.context().close();
    },
  );

  test("a click on a head sorts, another one the other way", async () => {
    const names = run.tables.predictions!.columns.map(({ name }) => name);
    const index = names.indexOf("predicted") + 1;
    const head = box("predictions").locator(`thead th:nth-child(${index}) button`);
    await head.click();
    const up = (await column("predictions", index)).map(Number);
    expect(up).toEqual(up.toSorted((a, b) => a - b));
    await head.click();
    expect((await column("predictions", index)).map(Number)).toEqual(up.toReversed());
  });

  test("the filter takes words, columns and comparisons", async () => {
    const filter = box("predictions").locator("input");
    const all = recordsOf(run.tables.predictions);
    await filter.fill("link=linear task=t");
    expect(await box("predictions").locator("tbody tr").count()).toBe(
      all.filter(({ link, task }) => link === "linear" && task === "t").length,
    );
    await filter.fill("abs_error>0.05");
    const beyond = all.filter(({ abs_error }) => Number(abs_error) > 0.05).length;
    expect(await box("predictions").locator(".count").textContent()).toMatch(
      new RegExp(`^${beyond} of ${all.length} rows`),
    );
    await filter.fill("");
  });

  test("the CSV of a table is its Parquet table, to the last digit", async () => {
    await box("fits").locator("summary").click();
    const csv = await downloaded(wide.page, box("fits").locator("button.csv"));
    expect(csv).toBe(formatCsv(await queryJob(directory, "fits")));
  });

  test("a figure gives its data and itself", async () => {
    const figure = wide.page.locator("figure[data-figure=law-n]");
    const [head, ...rows] = (await downloaded(wide.page, figure.locator("button.csv"))).trim().split("\n");
    expect(head).toBe("task,stage,run,N,D,response,fitted");
    expect(rows).toHaveLength(18);
    const svg = await downloaded(wide.page, figure.locator("button.svg"));
    expect(svg).toContain("Step 1 against model size");
    expect(svg).toContain("target, measured");
    expect(svg).not.toContain("var(");
    const alone = join(folder, "figure.html");
    writeFileSync(alone, svg);
    const { page, complaints } = await openFile(browser, alone, { width: 1200, colorScheme: "light" });
    expect(await page.locator("svg.panel").count()).toBe(2);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("the checklist is saved as Markdown", async () => {
    expect(await downloaded(wide.page, wide.page.locator("#save-checklist"))).toMatch(
      /^\| item \| reported \|\n/,
    );
  });

  test.each(widths)("labels of related losses do not cover each other in %d pixels", async (width) => {
    const { page, complaints } = await openFile(browser, related, { width, colorScheme: "light" });
    const [scroll, covered] = await page.evaluate(() => {
      const panels = [...document.querySelectorAll<SVGSVGElement>("svg.panel")];
      const pairs = panels.flatMap((panel) => {
        const texts = [...panel.querySelectorAll("text")].map((text) => ({
          name: text.textContent,
          ...text.getBoundingClientRect().toJSON(),
        }));
        return texts.flatMap((a, i) =>
          texts.slice(0, i).flatMap((b) => {
            const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
            const along = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
            // Boxes of letters are higher than the letters.
            return across > 1.5 && along > 4.5 ? [`${a.name} and ${b.name}`] : [];
          }),
        );
      });
      return [document.documentElement.scrollWidth, pairs] as const;
    });
    expect(scroll).toBeLessThanOrEqual(width);
    expect(covered).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});
