import * as Plot from "@observablehq/plot";
import type { LegendItem } from "./figure.ts";
import { extent } from "./numbers.ts";
import { category } from "./theme.ts";

/** A position in a panel, in the units of its axes. */
export interface Place {
  x: number;
  y: number;
}

/** A position with the ends of an interval about its y, which are NaN without an interval. */
export interface IntervalPlace extends Place {
  lower: number;
  upper: number;
}

/** Most points that a panel draws of one set; the data of the figure contain all of them. */
export const MOST_DOTS = 400;

/** Every k-th item, so that at most `most` items remain. */
export function thinned<Item>(items: readonly Item[], most = MOST_DOTS): Item[] {
  const step = Math.ceil(items.length / most);
  return items.filter((_, i) => i % step === 0);
}

/** Draws measured values as filled dots. */
export function dots(places: readonly Place[], colour: string, r = 3): Plot.Markish {
  return Plot.dot(finite(places), { x: "x", y: "y", r, fill: colour, stroke: "none" });
}

/** The signs of categories. Together with the colours they tell as many categories apart as there are pairs of both. */
const SIGNS = ["dot", "square", "triangle", "cross", "wye"] as const;
const SYMBOLS = {
  dot: "circle",
  square: "square",
  triangle: "triangle",
  cross: "cross",
  wye: "wye",
} as const;

/** Number of categories that colours and signs together tell apart. */
export const MOST_CATEGORIES = 35;

/** The sign of a category by its index, from 0, as legends name it. */
export function signOfCategory(i: number): (typeof SIGNS)[number] {
  return SIGNS[i % SIGNS.length]!;
}

/** Draws measured values of a category in its colour and sign. */
export function categoryDots(places: readonly Place[], i: number): Plot.Markish {
  const symbol = SYMBOLS[signOfCategory(i)];
  return Plot.dot(finite(places), { x: "x", y: "y", r: 2.6, symbol, fill: category(i), stroke: "none" });
}

/** Draws measured values of a category's targets as stars in its colour. */
export function stars(places: readonly Place[], i: number): Plot.Markish {
  return Plot.dot(finite(places), {
    ...{ x: "x", y: "y", r: 5.5, symbol: "star", fill: category(i), stroke: "var(--ink)", strokeWidth: 0.8 },
  });
}

/** Draws measured values of targets, which no fit uses, as rings, so that a prediction at the same place stays visible. */
export function rings(places: readonly Place[]): Plot.Markish {
  return Plot.dot(finite(places), {
    x: "x",
    y: "y",
    r: 5.5,
    fill: "none",
    stroke: "var(--ink)",
    strokeWidth: 1.8,
  });
}

/** Draws predictions as diamonds with their intervals. */
export function diamonds(places: readonly IntervalPlace[], colour = "var(--fit)", r = 4): Plot.Markish[] {
  const bounded = finite(places).filter(({ lower, upper }) => Number.isFinite(lower + upper));
  return [
    Plot.ruleX(bounded, {
      x: "x",
      y1: "lower",
      y2: "upper",
      stroke: colour,
      strokeWidth: 2,
      strokeOpacity: 0.7,
      clip: "frame",
    }),
    Plot.dot(finite(places), {
      x: "x",
      y: "y",
      r,
      symbol: "diamond",
      fill: colour,
      // A small diamond is drawn on another sign, which its edge would hide.
      stroke: r < 4 ? "none" : "var(--paper)",
    }),
  ];
}

/** Draws a curve through places in the order of x. */
export function curve(places: readonly Place[], colour: string, isDashed = false): Plot.Markish {
  return Plot.line(finite(places), {
    ...{ x: "x", y: "y", stroke: colour, strokeWidth: 1.6, clip: "frame" },
    ...(isDashed && { strokeDasharray: "5 3" }),
  });
}

/** Draws a band about a curve. */
export function band(places: readonly IntervalPlace[], colour = "var(--fit)"): Plot.Markish {
  const bounded = places.filter(({ lower, upper }) => Number.isFinite(lower + upper));
  return Plot.areaY(bounded, {
    x: "x",
    y1: "lower",
    y2: "upper",
    fill: colour,
    fillOpacity: 0.18,
    clip: "frame",
  });
}

/** Values and the ends of intervals, which are cut to twice the values' range so that wide intervals do not flatten a panel. */
export function withReach(values: readonly number[], ends: readonly number[]): number[] {
  const [low, high] = extent(values) ?? [0, 1];
  const room = (high - low) / 2;
  const shown = ends.filter(Number.isFinite).map((end) => Math.min(high + room, Math.max(low - room, end)));
  return [...values, ...shown];
}

function finite<Item extends Place>(places: readonly Item[]): Item[] {
  return places.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y));
}

/** Notes at the right of the frame, one at the height of each row. */
export function notes<Item>(rows: readonly Item[], options: Plot.TextOptions): Plot.Markish {
  return Plot.text(rows, { frameAnchor: "right", textAnchor: "start", dx: 8, ...options });
}

export const ACTUAL: LegendItem = { label: "target, measured", colour: "var(--ink)", sign: "ring" };
export const PREDICTED: LegendItem = { label: "target, predicted", colour: "var(--fit)", sign: "diamond" };
export const CURVE: LegendItem = { label: "fit", colour: "var(--fit)", sign: "line" };
