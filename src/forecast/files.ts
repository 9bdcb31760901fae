import { stat, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { UserError } from "../errors.ts";
import { writeAtomically } from "../store/atomic.ts";
import { shownPath } from "../store/disk-errors.ts";
import { demandFilePlace } from "../store/places.ts";
import type { Forecast } from "./document.ts";
import { forecastPage } from "./page.ts";
import type { ScoredForecast } from "./score.ts";

/** The page of a forecast's file: `forecast.md` of `forecast.json`. */
export function pagePath(path: string): string {
  return `${path.replace(/\.json$/, "")}.md`;
}

/** Where a forecast is scored if nothing else is said: `forecast.scored.json` of `forecast.json`. */
export function scoredPath(path: string): string {
  return `${path.replace(/\.json$/, "")}.scored.json`;
}

/**
 * Demands that files can be written.
 *
 * @param force whether they may be there already
 * @throws UserError for a file that is there, and a folder that is not or cannot be written to
 */
export async function demandNewFiles(paths: readonly string[], force: boolean): Promise<void> {
  for (const path of paths) {
    await demandFilePlace(path);
    const isThere = await stat(path).then(
      () => true,
      () => false,
    );
    if (isThere && !force)
      throw new UserError(`${shownPath(path)}: exists; allowed: another --out, or --force to replace it`);
  }
}

/**
 * Writes a forecast as JSON, and its page beside it. Files that are there are replaced.
 *
 * @param path of the JSON; the page has the same name with the ending .md
 * @returns the paths
 * @throws UserError where they cannot be written
 */
export async function writeForecast(path: string, forecast: Forecast): Promise<string[]> {
  await writeJson(path, forecast);
  const page = pagePath(path);
  await writeAtomically(page, (temporary) => writeFile(temporary, forecastPage(forecast, basename(path))));
  return [path, page];
}

/** Writes a scored forecast as JSON. A file that is there is replaced. @throws UserError where it cannot be written */
export async function writeScored(path: string, scored: ScoredForecast): Promise<void> {
  await writeJson(path, scored);
}

async function writeJson(path: string, content: object): Promise<void> {
  await writeAtomically(path, (temporary) => writeFile(temporary, `${JSON.stringify(content, null, 2)}\n`));
}
