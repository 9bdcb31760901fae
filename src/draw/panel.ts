import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { percent } from "../text.ts";
import { drawnName, LETTER, nameWithin, svgText, widthOf } from "./escape.ts";
import type { Panel } from "./figure.ts";
import { extent, grid, logTicks, powerOfTen, shortCount } from "./numbers.ts";

/** The quantity of an axis and its ticks. */
export interface AxisDrawing {
  label: string;
  scale?: "linear" | "log";
  /** The format of its ticks: sizes with suffixes, FLOPs as powers of ten, shares in per cent. @default plain numbers */
  ticks?: "count" | "power" | "percent" | "number";
  /** Values that the axis must include. */
  values: Iterable<number>;
  reverse?: boolean;
}

export interface PanelOptions {
  title?: string;
  x: AxisDrawing;
  y: AxisDrawing;
  marks: Plot.Markish[];
  /** Texts at the right of the frame, each placed as near to its y as the others allow. @default none */
  labels?: readonly { y: number; text: string }[];
  width?: number;
  height?: number;
}

const { document } = parseHTML("<!doctype html><html><body></body></html>");

/** Size of a panel in pixels: three fit side by side on a wide screen, and one fills a narrow screen. */
const PANEL = { width: 320, height: 236 } as const;

const MARGINS = { marginLeft: 60, marginBottom: 38, marginTop: 26 } as const;
const LABEL_HEIGHT = 12;

/** Where the label of an axis stands. */
const CENTRED = { labelAnchor: "center", labelArrow: "none" } as const;

/** Width in pixels of a letter of the labels at the right. */
const LABEL_LETTER = 5.6;

/** Moves labels apart, from the bottom upwards and within the frame, so that neighbours are at least `gap` from each other. */
function apart(
  labels: readonly { y: number; text: string }[],
  gap: number,
  low: number,
  high: number,
): { at: number; text: string }[] {
  const sorted = labels.filter(({ y }) => Number.isFinite(y)).toSorted((a, b) => a.y - b.y);
  let below = low - gap;
  const raised = sorted.map(({ y, text }, i) => {
    // Room is left for the labels above.
    const most = high - (sorted.length - 1 - i) * gap;
    below = Math.max(below + gap, Math.min(y, most));
    return { at: below, text };
  });
  return raised;
}

/** Draws a panel with two numeric axes. */
export function drawPanel(options: PanelOptions): Panel {
  const { title, x, y, marks, labels = [], width = PANEL.width, height = PANEL.height } = options;
  const widest = labels.reduce((most, { text }) => Math.max(most, widthOf(text, LABEL_LETTER)), 0);
  // Powers of ten are wide, and the last tick may be at the right end of the axis.
  const marginRight = Math.min(120, Math.max(x.ticks === "power" ? 24 : 14, 14 + widest));
  const [low, high] = padded(extent(y.values) ?? [1, 2], y.scale === "log");
  // Distances are measured in the drawing, also on a logarithmic axis.
  const [from, to] =
    y.scale === "log" ? [Math.log, Math.exp] : [(value: number) => value, (value: number) => value];
  const [bottom, top] = [from(low), from(high)];
  const unit = (top - bottom) / (height - MARGINS.marginTop - MARGINS.marginBottom);
  const placed = labels.map((label) => ({ ...label, y: from(label.y) }));
  const besides = apart(placed, LABEL_HEIGHT * unit, bottom, top).map((label) =>
    Plot.text([drawnName(label.text, marginRight - 8, LABEL_LETTER)], {
      ...{ y: () => to(label.at), dx: 5, fontSize: 10, fill: "var(--ink)" },
      ...{ frameAnchor: "right", textAnchor: "start" },
    }),
  );
  return plotPanel({
    ...{ title, width, height, marks: [Plot.frame({ stroke: "var(--grid)" }), ...marks, ...besides] },
    plot: { ...MARGINS, marginRight, x: scaleOf(x, labels.length > 0 ? 4 : 5), y: scaleOf(y, 6), grid: true },
  });
}

/**
 * Draws a panel with the given options of Observable Plot in the colours and fonts of the report. `drawnName` formats names in
 * the title, the labels and the ticks, which Plot would otherwise break at line feeds.
 */
export function plotPanel({
  title: given,
  width,
  height,
  plot,
  marks,
}: {
  title?: string | undefined;
  width: number;
  height: number;
  plot: Plot.PlotOptions;
  marks: Plot.Markish[];
}): Panel {
  const title = given === undefined ? undefined : drawnName(given, width - 24);
  // A long title starts to the left of the frame.
  const left = Number(plot.marginLeft ?? 40);
  const roomAfter = width - left - 4;
  const name =
    title === undefined
      ? []
      : [
          Plot.text([title], {
            ...{ frameAnchor: "top-left", dy: -16, fontWeight: "bold", fill: "var(--ink)" },
            dx: Math.max(4 - left, Math.min(0, roomAfter - LETTER * title.length)),
          }),
        ];
  const drawn = Plot.plot({
    ...(title !== undefined && { ariaLabel: drawnName(given ?? "") }),
    ...{ document, width, height, marginTop: 26, marginRight: 14 },
    ...plot,
    x: withNames(plot.x, plot.x?.tickRotate === undefined ? undefined : plot.marginBottom),
    y: withNames(plot.y, plot.marginLeft ?? 40),
    marks: [...marks, ...name],
  } as Plot.PlotOptions);
  // Plot would write them into an attribute `style`, which the page's content security policy forbids.
  drawn.setAttribute("color", "var(--muted)");
  drawn.setAttribute("font-size", "11");
  return { svg: svgText(drawn), width, height };
}

/** An axis with its label at the middle, whose ticks are shortened to its margin where they are names. */
function withNames(
  scale: Plot.ScaleOptions | undefined,
  margin = Number.POSITIVE_INFINITY,
): Plot.ScaleOptions {
  const isOfNames = scale?.type === "band" || scale?.type === "point";
  return {
    ...(isOfNames && { tickFormat: (name: string) => nameWithin(name, margin) }),
    ...scale,
    ...(typeof scale?.label === "string" && { ...CENTRED, label: drawnName(scale.label) }),
  };
}

function scaleOf(axis: AxisDrawing, most: number): Plot.ScaleOptions {
  const { label, scale = "linear", ticks = "number", values, reverse = false } = axis;
  const [low, high] = padded(extent(values) ?? [1, 2], scale === "log");
  const shared: Plot.ScaleOptions = { label, type: scale, domain: [low, high], reverse };
  if (scale === "linear") {
    const format =
      ticks === "percent" ? { tickFormat: asPercent } : ticks === "count" ? { tickFormat: shortCount } : {};
    return { ...shared, ticks: most, ...format };
  }
  const places = logTicks(low, high, most, ticks === "power" ? WIDE_GAP : GAP);
  const format = { count: shortCount, power: powerOfTen, percent: asPercent, number: plain }[ticks];
  return {
    ...shared,
    // With base 10, Plot leaves out the labels of 6, 7, 8 and 9 where a short axis has many ticks.
    ...(high / low < SHORT && { base: Math.E }),
    ticks: places.length >= 2 ? places : grid(low, high, 3, true).slice(0, 3),
    tickFormat: format,
  };
}

/** Smallest distance of two ticks of a logarithmic axis, as a share of its length: for short labels, and for ones like `2×10²¹`. */
const GAP = 0.1;
const WIDE_GAP = 0.2;

/** Ratio of a logarithmic axis's ends below which its ticks are not restricted to 1, 2 and 5 times powers of ten. */
const SHORT = 30;

function asPercent(share: number): string {
  return percent(share, 3);
}

function plain(value: number): string {
  if (value > 0 && value < 1e-3) return powerOfTen(value);
  return String(Number(value.toPrecision(3)));
}

function padded([low, high]: [number, number], isLog: boolean): [number, number] {
  if (isLog && low > 0) {
    const margin = Math.max((high / low) ** 0.05, 1.02);
    return [low / margin, high * margin];
  }
  const margin = (high - low || Math.abs(high) || 1) * 0.05;
  return [low - margin, high + margin];
}
