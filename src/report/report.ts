import { stat, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join, normalize, resolve } from "node:path";
import { composeFigure } from "../draw/compose.ts";
import type { Drawing, Figure, NothingToDraw } from "../draw/figure.ts";
import type { Theme } from "../draw/theme.ts";
import { UserError } from "../errors.ts";
import { writeAtomically } from "../store/atomic.ts";
import { makeFolder } from "../store/disk-errors.ts";
import { figureOf, figures } from "./figures/registry.ts";
import { reportMarkdown } from "./markdown-report.ts";
import { demandOwn, type ReportOwner, reportMark, reportOwner, signed } from "./own-files.ts";
import { reportPage } from "./page/page.ts";
import { type ReportJob, readJob } from "./read-job.ts";
import { unfinishedJob, unfinishedMarkdown, unfinishedPage } from "./unfinished.ts";

/** `html`: one page; `md`: Markdown and its pictures beside; `svg`, `png`: pictures of figures. */
export type ReportFormat = "html" | "md" | "svg" | "png";

export interface ReportOptions {
  /** File to write; for pictures of all figures a folder. @default RUN.html, RUN.md or RUN-figures, beside the run */
  out?: string | undefined;
  /** @default by the ending of `out`, else html */
  format?: ReportFormat | undefined;
  /** The one figure wanted, of formats svg and png. @default all */
  figure?: string | undefined;
  /** Colours of pictures. @default "light" */
  theme?: Theme | undefined;
  /** Replace files that lawfit did not write of this run, or that were changed since. @default false */
  force?: boolean | undefined;
  /** Called with each table of the run that the report does without, and why, a line each. */
  onWarning?: ((line: string) => void) | undefined;
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
  /** Tables that could not be read, or were too long, by name. */
  missing: readonly string[];
}

/** A file of a report. */
interface ReportFile {
  path: string;
  /** Whether its folder is made where it is not there. */
  makesFolder?: boolean;
  content: () => string | Promise<Uint8Array>;
}

/** How pictures look, and whose they are. */
interface Look {
  format: "svg" | "png";
  theme: Theme;
  owner: ReportOwner;
}

/**
 * Writes the report of a run directory. Of a run that is not finished it says so, and how far it is.
 *
 * @throws UserError where the folder is no run directory, the run has nothing for the one figure asked for, a file is
 * there that is not this run's report (without `force`), or one cannot be written
 */
export async function writeReport(directory: string, options: ReportOptions = {}): Promise<WrittenReport> {
  const { figure, theme = "light", force = false } = options;
  const format = options.format ?? formatOf(options.out);
  const isPicture = format === "svg" || format === "png";
  if (figure !== undefined && !isPicture) {
    throw new UserError(`--figure ${figure} is of formats svg and png; the format is ${format}`);
  }
  const wanted = figure === undefined ? figures : [figureOf(figure)];
  const out = options.out ?? `${besideJob(directory)}${isPicture ? "-figures" : `.${format}`}`;
  const owner = await reportOwner(directory);
  const unfinished = isPicture ? undefined : await unfinishedJob(directory);
  if (unfinished !== undefined) {
    const content = () => (format === "html" ? unfinishedPage(unfinished) : unfinishedMarkdown(unfinished));
    return { files: await writeFiles([{ path: out, content }], owner, force), drawn: [], missing: [] };
  }
  const job = await readJob(directory);
  for (const [name, reason] of job.missing)
    options.onWarning?.(`table ${name} is not in the report: ${reason}`);
  const drawn = drawFigures(job, wanted);
  const missing = [...job.missing.keys()];
  if (format === "html") {
    const page = { path: out, content: () => reportPage(job, drawn) };
    return { files: await writeFiles([page], owner, force), drawn, missing };
  }
  if (format === "md") {
    const folder = `${out.endsWith(".md") ? out.slice(0, -3) : out}-figures`;
    const pictureOf = (name: string) => `${basename(folder)}/${name}.svg`;
    const text = { path: out, content: () => reportMarkdown(job, drawn, pictureOf) };
    const files = [text, ...(await picturesIn(folder, drawn, { format: "svg", theme, owner }))];
    return { files: await writeFiles(files, owner, force), drawn, missing };
  }
  const look = { format, theme, owner };
  if (figure === undefined) {
    return { files: await writeFiles(await picturesIn(out, drawn, look), owner, force), drawn, missing };
  }
  const { drawing } = drawn[0]!;
  if ("missing" in drawing) throw new UserError(`${directory}: no figure ${figure}: ${drawing.missing}`);
  const files =
    options.out === undefined
      ? await picturesIn(out, drawn, look)
      : [{ path: out, content: pictureOf(drawn[0]!.figure.title, drawing, look) }];
  return { files: await writeFiles(files, owner, force), drawn, missing };
}

/** Draws figures of a run; where tables are missing, what is not drawn says so. */
export function drawFigures(job: ReportJob, wanted: readonly Figure[] = figures): DrawnFigure[] {
  const gone = job.missing.size === 0 ? "" : ` (missing: ${[...job.missing.keys()].join(", ")})`;
  return wanted.map((figure): DrawnFigure => {
    const drawing = figure.draw(job);
    return { figure, drawing: "missing" in drawing ? { missing: drawing.missing + gone } : drawing };
  });
}

function formatOf(out: string | undefined): ReportFormat {
  const ending = extname(out ?? "").slice(1);
  return ending === "md" || ending === "svg" || ending === "png" ? ending : "html";
}

/** What the files of a run's report begin with, where no other place is named: beside the run directory, with its name. */
function besideJob(directory: string): string {
  const path = normalize(directory).replace(/(?<=.)\/+$/, "");
  return [".", ".."].includes(basename(path)) ? resolve(directory) : path;
}

/** Pictures of the figures that are drawn, in a folder. */
async function picturesIn(folder: string, drawn: readonly DrawnFigure[], look: Look): Promise<ReportFile[]> {
  if ((await stat(folder).catch(() => undefined))?.isDirectory() === false) {
    throw new UserError(`${folder}: is a file; allowed: a folder for the figures, or --figure for one`);
  }
  return drawn.flatMap(({ figure, drawing }): ReportFile[] => {
    if ("missing" in drawing) return [];
    const path = join(folder, `${figure.name}.${look.format}`);
    return [{ path, makesFolder: true, content: pictureOf(figure.title, drawing, look) }];
  });
}

function pictureOf(
  title: string,
  drawing: Drawing,
  { format, theme, owner }: Look,
): () => string | Promise<Uint8Array> {
  const svg = () => composeFigure(title, drawing, theme);
  if (format === "svg") return svg;
  return async () => (await import("./png.ts")).renderPng(svg(), reportMark(owner));
}

/** Writes all of a report once it is known that nothing is lost by it; a text after the pictures that it names. */
async function writeFiles(
  files: readonly ReportFile[],
  owner: ReportOwner,
  force: boolean,
): Promise<string[]> {
  if (!force) for (const { path } of files) await demandOwn(path, owner);
  for (const { path, makesFolder, content } of files.toReversed()) {
    const made = await content();
    if (makesFolder) await makeFolder(dirname(path));
    const bytes = typeof made === "string" ? signed(made, owner) : made;
    await writeAtomically(path, (temporary) => writeFile(temporary, bytes));
  }
  return files.map(({ path }) => path);
}
