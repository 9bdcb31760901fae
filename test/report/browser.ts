import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** A Chromium of this machine: $LAWFIT_CHROMIUM, or where systems put it; undefined where there is none. */
export function findChromium(): string | undefined {
  const given = process.env.LAWFIT_CHROMIUM;
  return given !== undefined && given !== "" ? given : PLACES.find((path) => existsSync(path));
}

export function openBrowser(path: string): Promise<Browser> {
  // As root there is no sandbox; the pages are our own.
  return chromium.launch({ executablePath: path, args: ["--no-sandbox"] });
}

/** A page, and what it should not do: errors on the console, and requests that leave the file. */
export interface WatchedPage {
  page: Page;
  complaints: string[];
}

/** Opens a file in a window of a width, in a colour scheme. */
export async function openFile(
  browser: Browser,
  path: string,
  { width, colorScheme }: { width: number; colorScheme: "light" | "dark" },
): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme,
    acceptDownloads: true,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    if (
      !request.url().startsWith("file:") &&
      !request.url().startsWith("blob:") &&
      !request.url().startsWith("data:")
    ) {
      complaints.push(`request of ${request.url()}`);
    }
  });
  await page.goto(`file://${path}`, { waitUntil: "load" });
  return { page, complaints };
}
