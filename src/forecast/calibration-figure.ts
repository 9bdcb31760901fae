import { writeFile } from "node:fs/promises";
import { extname } from "node:path";
import * as Plot from "@observablehq/plot";
import { composeFigure } from "../draw/compose.ts";
import type { LegendItem, Panel } from "../draw/figure.ts";
import { plotPanel } from "../draw/panel.ts";
import { distinct, num, type Row, recordsOf, str } from "../draw/records.ts";
import { category, type Theme } from "../draw/theme.ts";
import { UserError } from "../errors.ts";
import { renderPng } from "../report/png.ts";
import { writeAtomically } from "../store/atomic.ts";
import { shownPath } from "../store/disk-errors.ts";
import { version } from "../version.ts";
import type { Calibration } from "./calibration.ts";
import { demandNewFiles } from "./files.ts";

/** Distance of the kinds of intervals of one level in the drawing, in pixels. */
const APART = 12;

/**
 * Writes the figure of a calibration.
 *
 * @param path a file .svg or .png
 * @param force whether it may be there already
 * @throws UserError for another ending, and where the file cannot be written
 */
export async function writeCalibrationFigure(
  path: string,
  calibration: Calibration,
  force: boolean,
): Promise<void> {
  const ending = extname(path);
  if (ending !== ".svg" && ending !== ".png")
    throw new UserError(`--out: ${shownPath(path)}; allowed: a file that ends in .svg or .png`);
  await demandNewFiles([path], force);
  const svg = calibrationFigure(calibration);
  const content = ending === ".svg" ? svg : await renderPng(svg, `lawfit ${version}`);
  await writeAtomically(path, (temporary) => writeFile(temporary, content));
}

/** Nominal against held coverage of each kind of interval, with the number of intervals, and the mean interval score, as SVG. */
function calibrationFigure({ intervals, forecasts }: Calibration, theme: Theme = "light"): string {
  const rows = recordsOf(intervals);
  const kinds = distinct(rows.map(kindOf));
  const shift = (kind: string) => (kinds.indexOf(kind) - (kinds.length - 1) / 2) * APART;
  const legend = [
    ...kinds.map((kind, i): LegendItem => ({ label: kind, colour: category(i), sign: "dot" })),
    { label: "held as often as they are to", colour: "var(--ink)", sign: "dashes" as const },
  ];
  const panels = [ratePanel(rows, kinds, shift), scorePanel(rows, kinds, shift)];
  const title = `Calibration of ${forecasts} scored forecast${forecasts === 1 ? "" : "s"}`;
  return composeFigure(title, { panels, legend, caption: "", data: intervals }, theme);
}

function kindOf(row: Row): string {
  return `${str(row, "interval")}, for a ${str(row, "purpose")}`;
}

type Shift = (kind: string) => number;

/** A panel whose x is the nominal level. */
function levelPanel(title: string, y: Plot.ScaleOptions, marks: Plot.Markish[]): Panel {
  const x = { domain: [0, 1], label: "nominal level" };
  const plot = { marginLeft: 60, marginBottom: 40, grid: true, x, y };
  return plotPanel({ title, width: 400, height: 340, plot, marks });
}

function ratePanel(rows: readonly Row[], kinds: readonly string[], shift: Shift): Panel {
  const known = rows.filter((row) => Number.isFinite(num(row, "rate")));
  const ends = [
    { x: 0, y: 0 },
    { x: 1, y: 1 },
  ];
  return levelPanel("coverage", { domain: [0, 1.04], label: "share that held" }, [
    Plot.line(ends, { x: "x", y: "y", stroke: "var(--ink)", strokeDasharray: "5 3" }),
    ...kinds.flatMap((kind, i) => {
      const own = known.filter((row) => kindOf(row) === kind);
      const [stroke, dx] = [category(i), shift(kind)];
      return [
        Plot.ruleX(own, { x: "level", y1: "rate_lower", y2: "rate_upper", stroke, strokeWidth: 2, dx }),
        Plot.dot(own, { x: "level", y: "rate", fill: stroke, r: 4, dx }),
        Plot.text(own, {
          ...{ x: "level", y: "rate_lower", dx, dy: 4, fill: stroke, fontSize: 10 },
          // Side by side there would be no room.
          ...{ rotate: -90, textAnchor: "end" },
          text: (row: Row) => `${str(row, "held")}/${str(row, "count")}`,
        }),
      ];
    }),
  ]);
}

function scorePanel(rows: readonly Row[], kinds: readonly string[], shift: Shift): Panel {
  const known = rows.filter((row) => Number.isFinite(num(row, "mean_relative_interval_score")));
  const most = Math.max(...known.map((row) => num(row, "mean_relative_interval_score")), 1e-12);
  const title = "mean interval score, as a share of the actual value";
  return levelPanel(title, { domain: [0, 1.1 * most], label: "interval score / actual" }, [
    Plot.ruleY([0], { stroke: "var(--grid)" }),
    ...kinds.map((kind, i) =>
      Plot.dot(
        known.filter((row) => kindOf(row) === kind),
        { x: "level", y: "mean_relative_interval_score", fill: category(i), r: 4, dx: shift(kind) },
      ),
    ),
  ]);
}
