import { mkdir, stat, writeFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { UserError } from "../errors.ts";
import { writeAtomically } from "../tables/atomic.ts";
import { composeFigure } from "./draw/compose.ts";
import type { Theme } from "./draw/theme.ts";
import type { Drawing, Figure, NothingToDraw } from "./figure.ts";
import { figureOf, figures } from "./figures/registry.ts";
import { reportMarkdown } from "./markdown-report.ts";
import { reportPage } from "./page/page.ts";
import { type ReportRun, readRun } from "./run.ts";
import { unfinishedMarkdown, unfinishedPage, unfinishedRun } from "./unfinished.ts";

/** `html`: one page; `md`: Markdown and its pictures beside; `svg`, `png`: pictures of figures. */
export type ReportFormat = "html" | "md" | "svg" | "png";

export interface ReportOptions {
  /** File to write; for pictures of all figures a folder. @default report.html, report.md, figures/ or FIGURE.svg */
  out?: string | undefined;
  /** @default by the ending of `out`, else html */
  format?: ReportFormat | undefined;
  /** The one figure wanted, of formats svg and png. @default all */
  figure?: string | undefined;
  /** Colours of pictures. @default "light" */
  theme?: Theme | undefined;
}

/** A figure and what came of it. */
export interface DrawnFigure {
  figure: Figure;
  drawing: Drawing | NothingToDraw;
}

/** What a report wrote. */
export interface WrittenReport {
  /** Files, in order. */
  files: string[];
  drawn: readonly DrawnFigure[];
}

/**
 * Writes the report of a run directory. Of a run that is not finished it says so, and how far it is.
 *
 * @throws UserError where the folder is no run directory, the run has nothing for the one figure asked for, or the file
 * cannot be written
 */
export async function writeReport(directory: string, options: ReportOptions = {}): Promise<WrittenReport> {
  const { figure, theme = "light" } = options;
  const format = options.format ?? formatOf(options.out);
  const isPicture = format === "svg" || format === "png";
  if (figure !== undefined && !isPicture) {
    throw new UserError(`--figure ${figure} is of formats svg and png; the format is ${format}`);
  }
  const wanted = figure === undefined ? figures : [figureOf(figure)];
  const unfinished = isPicture ? undefined : await unfinishedRun(directory);
  if (unfinished !== undefined) {
    const out = options.out ?? `report.${format}`;
    await writeText(out, format === "html" ? unfinishedPage(unfinished) : unfinishedMarkdown(unfinished));
    return { files: [out], drawn: [] };
  }
  const run = await readRun(directory);
  const drawn = drawFigures(run, wanted);
  if (format === "html") {
    const out = options.out ?? "report.html";
    await writeText(out, reportPage(run, drawn));
    return { files: [out], drawn };
  }
  if (format === "md")
    return { files: await writeMarkdown(run, drawn, options.out ?? "report.md", theme), drawn };
  const one = figure === undefined ? undefined : drawn[0];
  if (one !== undefined) {
    if ("missing" in one.drawing)
      throw new UserError(`${directory}: no figure ${figure}: ${one.drawing.missing}`);
    const out = options.out ?? `${figure}.${format}`;
    await writePicture(out, one.figure.title, one.drawing, format, theme);
    return { files: [out], drawn };
  }
  return { files: await writePictures(drawn, options.out ?? "figures", format, theme), drawn };
}

/** Draws figures of a run; where tables are missing, what is not drawn says so. */
export function drawFigures(run: ReportRun, wanted: readonly Figure[] = figures): DrawnFigure[] {
  const gone = run.missing.size === 0 ? "" : ` (missing: ${[...run.missing.keys()].join(", ")})`;
  return wanted.map((figure): DrawnFigure => {
    const drawing = figure.draw(run);
    return { figure, drawing: "missing" in drawing ? { missing: drawing.missing + gone } : drawing };
  });
}

function formatOf(out: string | undefined): ReportFormat {
  const ending = extname(out ?? "").slice(1);
  return ending === "md" || ending === "svg" || ending === "png" ? ending : "html";
}

async function writeMarkdown(
  run: ReportRun,
  drawn: readonly DrawnFigure[],
  out: string,
  theme: Theme,
): Promise<string[]> {
  const folder = out.endsWith(".md") ? `${out.slice(0, -3)}-figures` : `${out}-figures`;
  const pictures = await writePictures(drawn, folder, "svg", theme);
  await writeText(
    out,
    reportMarkdown(run, drawn, (name) => `${basename(folder)}/${name}.svg`),
  );
  return [out, ...pictures];
}

async function writePictures(
  drawn: readonly DrawnFigure[],
  folder: string,
  format: "svg" | "png",
  theme: Theme,
): Promise<string[]> {
  if ((await stat(folder).catch(() => undefined))?.isDirectory() === false) {
    throw new UserError(`${folder}: is a file; allowed: a folder for the figures, or --figure for one`);
  }
  await mkdir(folder, { recursive: true });
  const files: string[] = [];
  for (const { figure, drawing } of drawn) {
    if ("missing" in drawing) continue;
    const path = join(folder, `${figure.name}.${format}`);
    await writePicture(path, figure.title, drawing, format, theme);
    files.push(path);
  }
  return files;
}

async function writePicture(
  path: string,
  title: string,
  drawing: Drawing,
  format: "svg" | "png",
  theme: Theme,
): Promise<void> {
  const svg = composeFigure(title, drawing, theme);
  if (format === "svg") return writeText(path, svg);
  const { renderPng } = await import("./draw/png.ts");
  const png = await renderPng(svg);
  await writeAtomically(path, (temporary) => writeFile(temporary, png));
}

async function writeText(path: string, text: string): Promise<void> {
  await writeAtomically(path, (temporary) => writeFile(temporary, text));
}
