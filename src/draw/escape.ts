import { visibleLine, visibleText } from "../text.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Escapes a text of one line for HTML and SVG, both between tags and in quoted attributes. Characters that are invisible or
 * not allowed in XML are written as escapes.
 */
export function escapeText(text: string): string {
  return withEntities(visibleLine(text));
}

/** Escapes a text likewise but keeps its line breaks. */
export function escapeLines(text: string): string {
  return withEntities(visibleText(text));
}

function withEntities(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ENTITIES[sign]!);
}

/** Attributes whose values are texts, which may contain names of the table. */
const WORDS = new Set(["aria-label", "aria-description", "href"]);

/**
 * A drawing of Observable Plot as SVG that is well-formed XML whatever names it contains. It has no style sheet, as the page has
 * one for all drawings, and its numbers have two decimals.
 */
export function svgText(drawing: Element): string {
  for (const name of ["class", "style"]) drawing.removeAttribute(name);
  return elementText(drawing, ' xmlns="http://www.w3.org/2000/svg" class="panel" role="img"');
}

function elementText(element: Element, rootAttributes = ""): string {
  const name = element.localName;
  if (name === "style") return "";
  const attributes = Array.from(element.attributes, (attribute) => {
    const value = WORDS.has(attribute.name) ? attribute.value : shortened(attribute.value);
    return ` ${attribute.name}="${escapeText(value)}"`;
  });
  const inside = Array.from(element.childNodes, (child) => {
    return isElement(child) ? elementText(child) : escapeText(child.textContent ?? "");
  }).join("");
  const tag = `${name}${rootAttributes}${attributes.join("")}`;
  return inside === "" ? `<${tag}/>` : `<${tag}>${inside}</${name}>`;
}

function isElement(node: Node): node is Element {
  return node.nodeType === 1;
}

function shortened(value: string): string {
  return value.replace(/\d+\.\d{3,}/g, (number) => String(Number(Number(number).toFixed(2))));
}

/** Approximate width of a bold letter in pixels. */
export const LETTER = 6.5;

/** Pixels of an axis's margin that its names do not use. */
const ROOM = 14;

/** Approximate width in pixels of a name that a drawing shows in full. */
export function widthOf(name: string, letter = LETTER): number {
  return letter * Array.from(visibleLine(name)).length;
}

/** Width in pixels of the margin of an axis of names, at most `most`. */
export function marginFor(names: readonly string[], most: number): number {
  return Math.min(most, ROOM + Math.max(...names.map((name) => widthOf(name))));
}

/** A name as drawings show it: on one line, with all characters visible, and without its middle where pixels are too few. */
export function drawnName(name: string, pixels = Number.POSITIVE_INFINITY, letter = LETTER): string {
  const signs = Array.from(visibleLine(name));
  const most = Math.max(3, Math.floor(pixels / letter));
  if (signs.length <= most) return signs.join("");
  const end = Math.floor((most - 1) / 2);
  return `${signs.slice(0, most - 1 - end).join("")}…${signs.slice(signs.length - end).join("")}`;
}

/** A name shortened to the margin that `marginFor` returned for its axis. */
export function nameWithin(name: string, margin: number): string {
  return drawnName(name, margin - ROOM + 1);
}
