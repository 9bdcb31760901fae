import { drawnName, escapeText, widthOf } from "./escape.ts";
import type { Drawing, LegendItem, Panel } from "./figure.ts";
import { type Theme, withColours } from "./theme.ts";

/** Panels are placed side by side up to this width in pixels. */
const WIDTH = 1010;
const GAP = 14;
const LINE = 20;
const LETTER = 6.4;

/** Composes a figure as one SVG file in the colours of a theme: the title, the panels in a grid and the legend below them. */
export function composeFigure(title: string, { panels, legend }: Drawing, theme: Theme): string {
  const { placed, width, height } = placePanels(panels);
  const { svg: signs, lines } = drawLegend(legend, Math.max(width, 320));
  const [top, total] = [30, Math.max(width, 320) + 2 * GAP];
  const bottom = top + height + GAP + lines * LINE + GAP;
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${total}" height="${bottom}" viewBox="0 0 ${total} ${bottom}" ` +
    `font-family="system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif" font-size="12" fill="var(--ink)">` +
    `<rect width="100%" height="100%" fill="var(--paper)"/>` +
    `<text x="${GAP}" y="20" font-size="14" font-weight="bold">${escapeText(title)}</text>` +
    `<g color="var(--muted)" transform="translate(${GAP},${top})">${placed}</g>` +
    `<g transform="translate(${GAP},${top + height + GAP})">${signs}</g></svg>`;
  return withColours(svg, theme);
}

function placePanels(panels: readonly Panel[]): { placed: string; width: number; height: number } {
  let [x, y, rowHeight, inRow, width] = [0, 0, 0, 0, 0];
  const limit = Math.max(WIDTH, ...panels.map((panel) => panel.width));
  let placed = "";
  for (const panel of panels) {
    if (inRow > 0 && x + panel.width > limit) [x, y, rowHeight, inRow] = [0, y + rowHeight + GAP, 0, 0];
    placed += panel.svg.replace(/^<svg /, `<svg x="${x}" y="${y}" `);
    width = Math.max(width, x + panel.width);
    [x, inRow, rowHeight] = [x + panel.width + GAP, inRow + 1, Math.max(rowHeight, panel.height)];
  }
  return { placed, width, height: y + rowHeight };
}

function drawLegend(legend: readonly LegendItem[], width: number): { svg: string; lines: number } {
  let [x, line, svg] = [0, 0, ""];
  for (const item of legend) {
    const label = drawnName(item.label, width - 40, LETTER);
    const itemWidth = 26 + widthOf(label, LETTER) + 14;
    if (x > 0 && x + itemWidth > width) [x, line] = [0, line + 1];
    svg +=
      `<g transform="translate(${x},${line * LINE})">${signOf(item)}` +
      `<text x="24" y="11" font-size="11">${escapeText(label)}</text></g>`;
    x += itemWidth;
  }
  return { svg, lines: legend.length === 0 ? 0 : line + 1 };
}

/** The sign of a legend's item as SVG, 20 by 14 pixels. */
export function signOf({ sign, colour }: LegendItem): string {
  switch (sign) {
    case "dot":
      return `<circle cx="10" cy="7" r="4" fill="${colour}"/>`;
    case "ring":
      return `<circle cx="10" cy="7" r="4" fill="none" stroke="${colour}" stroke-width="2"/>`;
    case "diamond":
      return `<path d="M10 1L16 7L10 13L4 7Z" fill="${colour}"/>`;
    case "line":
      return `<path d="M1 7H19" stroke="${colour}" stroke-width="2"/>`;
    case "dashes":
      return `<path d="M1 7H19" stroke="${colour}" stroke-width="2" stroke-dasharray="4 3"/>`;
    case "band":
      return `<rect x="1" y="2" width="18" height="10" fill="${colour}" fill-opacity="0.25"/>`;
    case "triangle":
      return `<path d="M10 2L15.5 12H4.5Z" fill="${colour}"/>`;
    case "cross":
      return `<path d="M8 2H12V5H15V9H12V12H8V9H5V5H8Z" fill="${colour}"/>`;
    case "wye":
      return `<path d="M8 13V8L4 5.5L6 2L10 4.5L14 2L16 5.5L12 8V13Z" fill="${colour}"/>`;
    case "star":
      return `<path d="M10 1L11.6 5.2L16 5.4L12.5 8.2L13.7 12.5L10 10L6.3 12.5L7.5 8.2L4 5.4L8.4 5.2Z" fill="${colour}" stroke="var(--ink)" stroke-width="0.8"/>`;
    case "square":
      return `<rect x="3" y="1" width="12" height="12" fill="${colour}"/>`;
  }
}
