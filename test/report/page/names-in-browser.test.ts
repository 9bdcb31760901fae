import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Frame, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readJob } from "../../../src/report/read-job.ts";
import { writeReport } from "../../../src/report/report.ts";
import { temporaryFolder } from "../../tables/temporary.ts";
import { wholeCrosses } from "../../whole-crosses.ts";
import { findChromium, openBrowser, openFile } from "../browser.ts";
import { hostile, namedRuns, pageOf, UNSEEN } from "../hostile.ts";

const chromium = findChromium();
if (chromium === undefined) console.log("skipped: no Chromium; LAWFIT_CHROMIUM may name one");

const { folder } = temporaryFolder();

/** The runs whose pages are opened. Those of all have the structure of harmless ones (test/report/names.test.ts). */
const opened = wholeCrosses ? [0, 1, 2, 3, 4] : [0];

/** Whether a payload ran: all of them set `window.ran`. */
const hasRun = (page: Page | Frame) => page.evaluate(() => Reflect.get(window, "ran") !== undefined);

/** Clicks all elements of a selector, without the waits and the scrolling of a user's clicks. @returns their number */
const clickAll = (page: Page, selector: string) =>
  page.evaluate((wanted) => {
    const all = document.querySelectorAll<HTMLElement>(wanted);
    for (const element of all) element.click();
    return all.length;
  }, selector);

/** What every button for a download saves. Chromium itself takes about ten downloads of a page in a row. */
async function savedFiles(page: Page): Promise<{ name: string; content: string }[]> {
  const files = await page.evaluateHandle(() => {
    const files: { name: string; blob: Blob }[] = [];
    const blobs = new Map<string, Blob>();
    const create = URL.createObjectURL;
    URL.createObjectURL = (blob: Blob) => {
      const url = create(blob);
      blobs.set(url, blob);
      return url;
    };
    HTMLAnchorElement.prototype.click = function () {
      files.push({ name: this.download, blob: blobs.get(this.href)! });
    };
    return files;
  });
  const buttons = await clickAll(page, "button.csv, button.svg, #save-checklist");
  await expect.poll(() => files.evaluate((all) => all.length)).toBe(buttons);
  return files.evaluate((all) =>
    Promise.all(all.map(async ({ name, blob }) => ({ name, content: await blob.text() }))),
  );
}

/** Every text of a manifest that is no key lawfit goes by, with a payload behind it. */
function poisoned(value: unknown, key = ""): unknown {
  if (["program", "method", "name", "default"].includes(key)) return value;
  if (typeof value === "string") return key === "expression" ? value : hostile(value);
  if (Array.isArray(value)) return value.map((one) => poisoned(one, key));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, own]) => [name, poisoned(own, name)]));
}

describe.skipIf(chromium === undefined)("hostile names in Chromium", () => {
  let browser: Browser;
  /** Runs by their place. */
  const runs: string[] = [];

  beforeAll(async () => {
    const makers = namedRuns(folder, hostile);
    for (const which of opened) runs[which] = await makers[which]!();
    const manifest = join(runs[0]!, "manifest.json");
    const { sweep, results, ...rest } = JSON.parse(readFileSync(manifest, "utf8"));
    const changed = { ...(poisoned(rest) as object), sweep, results };
    writeFileSync(manifest, JSON.stringify({ ...changed, warnings: [hostile("warning"), hostile("w")] }));
    for (const which of opened) await writeReport(runs[which]!, { out: pageOf(runs[which]!) });
    browser = await openBrowser(chromium!);
  });
  afterAll(() => browser?.close());

  test.each(opened)("run no payload of run %i, and break no policy", async (which) => {
    const path = pageOf(runs[which]!);
    const { page, complaints } = await openFile(
      browser,
      encodeURI(path).replace(/[?#]/g, encodeURIComponent),
      {
        width: 1200,
        colorScheme: "dark",
      },
    );
    const dialogs: string[] = [];
    page.on("dialog", (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    const title = await page.title();
    expect(title).toMatch(/^lawfit: /);
    const svgs: string[] = [];
    await page.evaluate(() => {
      for (const box of document.querySelectorAll("details")) box.open = true;
    });
    for (const box of await page.locator("details").all())
      await box.locator("thead button").first().waitFor();
    expect(await clickAll(page, "details thead th:first-child button")).toBeGreaterThan(2);
    await page.evaluate(() => {
      const filters = document.querySelectorAll<HTMLInputElement>("details input");
      const fill = (filter: HTMLInputElement, text: string): void => {
        filter.value = text;
        filter.dispatchEvent(new Event("input", { bubbles: true }));
      };
      for (const filter of filters) fill(filter, "<svg");
      fill(filters[0]!, "");
    });
    const saved = await savedFiles(page);
    for (const { name, content } of saved) {
      if (name.endsWith(".svg")) svgs.push(content);
      else if (name.endsWith(".csv")) expect(content, name).toMatch(/^[a-z"]/i);
    }
    expect(await hasRun(page)).toBe(false);
    expect(await page.evaluate(() => document.body.textContent)).not.toMatch(UNSEEN);
    expect(await page.title()).toBe(title);
    expect(dialogs).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
    // Drawings that were saved are opened as files, where no policy holds.
    const drawings = join(folder, `svgs-${which}`);
    mkdirSync(drawings);
    expect(svgs.length).toBeGreaterThan(2);
    for (const [i, svg] of svgs.entries()) writeFileSync(join(drawings, `${i}.svg`), svg);
    await writeReport(runs[which]!, { out: join(drawings, "whole"), format: "svg" });
    const files = [drawings, join(drawings, "whole")].flatMap((at) =>
      readdirSync(at).flatMap((name) => (name.endsWith(".svg") ? [join(at, name)] : [])),
    );
    const all = join(drawings, "all.html");
    writeFileSync(all, files.map((file) => `<iframe src="${pathToFileURL(file).href}"></iframe>`).join(""));
    const drawn = await openFile(browser, all, { width: 1200, colorScheme: "light" });
    const frames = drawn.page.frames().slice(1);
    expect(frames).toHaveLength(files.length);
    for (const frame of frames) {
      const root = await frame.evaluate(() => document.documentElement.localName);
      expect(root, frame.url()).toBe("svg");
      const fault = await frame.evaluate(() => document.querySelector("parsererror")?.textContent);
      expect(fault, frame.url()).toBe(undefined);
      expect(await hasRun(frame), frame.url()).toBe(false);
    }
    expect(drawn.complaints).toEqual([]);
    await drawn.page.context().close();
  });

  test("the policy stops scripts and requests that got into the page all the same", async () => {
    const path = join(folder, "injected.html");
    const injected =
      '<script>window.ran=1</script><img src="https://lawfit.invalid/x.png" onerror="window.ran=1"><svg onload="window.ran=1"></svg>';
    writeFileSync(path, readFileSync(pageOf(runs[0]!), "utf8").replace("<h1>", `${injected}<h1>`));
    const { page, complaints } = await openFile(browser, path, { width: 1200, colorScheme: "light" });
    expect(await hasRun(page)).toBe(false);
    const refused = complaints.filter((line) => line.includes("Content Security Policy"));
    for (const part of ["inline script", "inline event handler", "https://lawfit.invalid/x.png"])
      expect(refused.join("\n")).toContain(part);
    await page.context().close();
  });

  test("a table saved as CSV holds no formula, and its numbers as they are", async () => {
    const path = join(folder, "formulas.html");
    const run = await readJob(runs[0]!);
    const { reportPage } = await import("../../../src/report/page/page.ts");
    const texts = ["=1+1", "+1", "-1.5", "-x", "@x", "\tx", "plain"];
    const table = {
      rows: texts.length,
      columns: [
        { name: "=name", type: "string" as const, values: texts },
        { name: "value", type: "float64" as const, values: Float64Array.from(texts, (_, i) => -i) },
      ],
    };
    writeFileSync(path, reportPage({ ...run, tables: { formulas: table } }, []));
    const { page } = await openFile(browser, path, { width: 1200, colorScheme: "light" });
    await page.locator("details summary").click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.locator("details button.csv").click(),
    ]);
    expect(readFileSync((await download.path())!, "utf8")).toBe(
      "'=name,value\n'=1+1,0\n+1,-1\n-1.5,-2\n'-x,-3\n'@x,-4\n'\tx,-5\nplain,-6\n",
    );
    await page.context().close();
  });
});
