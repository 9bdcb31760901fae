import { visibleLine, visibleText } from "../text.ts";

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

/** Attributes whose values are words, which may hold names of the table. */
const WORDS = new Set(["aria-label", "aria-description", "href"]);

/**
 * A drawing of Observable Plot as SVG that is well-formed XML whatever names it holds, without the style sheet (the page has
 * one for all) and with numbers of two decimals.
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

/** Width of a bold letter in pixels, about. */
export const LETTER = 6.5;

/** Pixels between the names of an axis and its ends. */
const ROOM = 14;

/** Pixels of a name as a drawing shows it whole, about. */
export function widthOf(name: string, letter = LETTER): number {
  return letter * Array.from(visibleLine(name)).length;
}

/** Pixels that an axis of names takes, at most so many. */
export function marginFor(names: readonly string[], most: number): number {
  return Math.min(most, ROOM + Math.max(...names.map((name) => widthOf(name))));
}

/** A name as a drawing shows it: in one line, every character seen, the middle left out where it has too few pixels. */
export function drawnName(name: string, pixels = Number.POSITIVE_INFINITY, letter = LETTER): string {
  const signs = Array.from(visibleLine(name));
  const most = Math.max(3, Math.floor(pixels / letter));
  if (signs.length <= most) return signs.join("");
  const end = Math.floor((most - 1) / 2);
  return `${signs.slice(0, most - 1 - end).join("")}…${signs.slice(signs.length - end).join("")}`;
}

/** A name within the margin that `marginFor` gave its axis. */
export function nameWithin(name: string, margin: number): string {
  return drawnName(name, margin - ROOM + 1);
}
