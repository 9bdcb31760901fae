import { stat, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join, normalize, resolve } from "node:path";
import { composeFigure } from "../draw/compose.ts";
import type { Drawing, Figure, NothingToDraw } from "../draw/figure.ts";
import type { Theme } from "../draw/theme.ts";
import { UserError } from "../errors.ts";
import { writeAtomically } from "../store/atomic.ts";
import { makeFolder } from "../store/disk-errors.ts";
import { figureOf, loadFigures } from "./figures/registry.ts";
import { reportMarkdown } from "./markdown-report.ts";
import { demandOwn, type ReportOwner, reportMark, reportOwner, signed } from "./own-files.ts";
import { reportPage } from "./page/page.ts";
import { type ReportJob, readJob } from "./read-job.ts";
import { unfinishedJob, unfinishedMarkdown, unfinishedPage } from "./unfinished.ts";

/** `html`: one page; `md`: a Markdown file and a folder of pictures; `svg`, `png`: pictures of figures. */
export type ReportFormat = "html" | "md" | "svg" | "png";

export interface ReportOptions {
  /** File to write; for pictures of all figures, a folder. @default RUN.html, RUN.md or RUN-figures, beside the run directory */
  out?: string | undefined;
  /** @default the one that the extension of `out` names, else html */
  format?: ReportFormat | undefined;
  /** Name of the only figure to draw, for the formats svg and png. @default all figures */
  figure?: string | undefined;
  /** The theme of the pictures. @default "light" */
  theme?: Theme | undefined;
  /** Whether to replace files that are not this job's reports or that were changed since. @default false */
  force?: boolean | undefined;
  /** Called once, with a line of text, for each table that is left out of the report and the reason. */
  onWarning?: ((line: string) => void) | undefined;
}

/** A figure and its drawing, or the reason why there is none. */
export interface DrawnFigure {
  figure: Figure;
  drawing: Drawing | NothingToDraw;
}

/** The files that a report wrote, and the figures and tables in it. */
export interface WrittenReport {
  /** Paths of the files, the text before its pictures. */
  files: string[];
  drawn: readonly DrawnFigure[];
  /** Names of the tables that could not be read or were too long. */
  missing: readonly string[];
}

/** A file of a report that is to be written. */
interface ReportFile {
  path: string;
  /** Whether to create the file's folder where it does not exist. */
  makesFolder?: boolean;
  content: () => string | Promise<Uint8Array>;
}

/** The format and the theme of pictures, and the job that they belong to. */
interface Look {
  format: "svg" | "png";
  theme: Theme;
  owner: ReportOwner;
}

/**
 * Writes the report of a run directory. The report of an unfinished job states its progress.
 *
 * @throws UserError where the folder is not a run directory, the job has no data for the requested figure, a file exists that
 * is not this job's report (without `force`), or a file cannot be written
 */
export async function writeReport(directory: string, options: ReportOptions = {}): Promise<WrittenReport> {
  const { figure, theme = "light", force = false } = options;
  const format = options.format ?? formatOf(options.out);
  const isPicture = format === "svg" || format === "png";
  if (figure !== undefined && !isPicture) {
    throw new UserError(`--figure ${figure} is of formats svg and png; the format is ${format}`);
  }
  const figures = await loadFigures();
  const wanted = figure === undefined ? figures : [figureOf(figures, figure)];
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

/** Draws figures of a job. The reason for a figure that is not drawn names the missing tables. */
export function drawFigures(job: ReportJob, wanted: readonly Figure[]): DrawnFigure[] {
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

/** The default beginning of the paths of a report's files, which is the path of the run directory. */
function besideJob(directory: string): string {
  const path = normalize(directory).replace(/(?<=.)\/+$/, "");
  return [".", ".."].includes(basename(path)) ? resolve(directory) : path;
}

/** The files in a folder for the figures that are drawn. */
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

/** Writes all files of a report after checking that this destroys nothing. A text is written after the pictures that it names. */
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
