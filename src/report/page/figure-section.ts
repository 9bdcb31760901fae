import { signOf } from "../draw/compose.ts";
import { escapeText } from "../escape.ts";
import type { Drawing, Figure, Panel } from "../figure.ts";
import type { DrawnFigure } from "../report.ts";
import { embedTable, packed } from "./embed.ts";

/** Panels wider than this keep their size on a narrow screen. */
const WIDE = 520;

/** Digits of the data of figures: what a drawing can show, and more. */
const FIGURE_DIGITS = 7;

/** A figure with legend, caption and downloads; nothing where it is not drawn. */
export function figureSection({ figure, drawing }: DrawnFigure): string {
  return "missing" in drawing ? "" : drawnFigure(figure, drawing);
}

function drawnFigure({ name, title }: Figure, { panels, legend, caption, data }: Drawing): string {
  const items = legend.map(
    (item) =>
      `<span><svg width="20" height="14" aria-hidden="true">${signOf(item)}</svg>${escapeText(item.label)}</span>`,
  );
  return (
    `<figure data-figure="${name}" id="figure-of-${name}"><h3>${escapeText(title)}</h3><div class="panels">${panels.map(shownPanel).join("")}</div>` +
    `<div class="legend">${items.join("")}</div><figcaption>${escapeText(caption)}</figcaption>` +
    `<button class="plain csv">data (CSV)</button><button class="plain svg">SVG</button></figure>` +
    packed(`figure-${name}`, embedTable(data, data.rows, FIGURE_DIGITS).text)
  );
}

/** A panel shrinks with the screen down to what can be read; a wide one scrolls instead. */
function shownPanel({ svg, width }: Panel): string {
  return width > WIDE ? `<div class="scroll">${svg}</div>` : svg;
}

/** The figures that are not drawn, with the reasons. */
export function notDrawn(drawn: readonly DrawnFigure[]): string {
  const lines = drawn.flatMap(({ figure, drawing }) =>
    "missing" in drawing ? [`${figure.title}: ${drawing.missing}`] : [],
  );
  if (lines.length === 0) return "";
  return `<p class="quiet">Not drawn:</p><ul class="quiet">${lines.map((line) => `<li>${escapeText(line)}</li>`).join("")}</ul>`;
}
