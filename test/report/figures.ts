import { loadFigures } from "../../src/report/figures/registry.ts";
import type { ReportJob } from "../../src/report/read-job.ts";
import { type DrawnFigure, drawFigures } from "../../src/report/report.ts";

/** All figures, in the order of the report. */
export const figures = await loadFigures();

/** Draws the figures that concern a job, but for those that are left out by their names. */
export const drawAll = (job: ReportJob, leftOut: ReadonlySet<string> = new Set()): DrawnFigure[] =>
  drawFigures(
    job,
    figures.filter(({ name, concerns }) => !leftOut.has(name) && concerns?.(job) !== false),
  );
