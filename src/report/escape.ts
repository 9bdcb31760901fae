import { visibleLine, visibleText } from "../visible-text.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * A text of one line as it may stand in HTML and SVG, between tags and in attributes with quotes. What cannot be seen, or may
 * not stand in XML at all, stands as an escape.
 */
export function escapeText(text: string): string {
  return withEntities(visibleLine(text));
}

/** The same of a text whose lines stay. */
export function escapeLines(text: string): string {
  return withEntities(visibleText(text));
}

function withEntities(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ENTITIES[sign]!);
}
