import { visibleText } from "../visible-text.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Text as it may stand in HTML and SVG, between tags and in attributes with quotes. What cannot be seen, or may not stand
 * in XML at all, stands as an escape.
 */
export function escapeText(text: string): string {
  return visibleText(text).replace(/[&<>"']/g, (sign) => ENTITIES[sign]!);
}
