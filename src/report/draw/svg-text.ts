import { escapeText } from "../escape.ts";

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

function elementText(element: Element, own = ""): string {
  const name = element.localName;
  if (name === "style") return "";
  const attributes = Array.from(element.attributes, (attribute) => {
    const value = WORDS.has(attribute.name) ? attribute.value : shortened(attribute.value);
    return ` ${attribute.name}="${escapeText(value)}"`;
  });
  const inside = Array.from(element.childNodes, (child) => {
    return isElement(child) ? elementText(child) : escapeText(child.textContent ?? "");
  }).join("");
  const tag = `${name}${own}${attributes.join("")}`;
  return inside === "" ? `<${tag}/>` : `<${tag}>${inside}</${name}>`;
}

function isElement(node: Node): node is Element {
  return node.nodeType === 1;
}

function shortened(value: string): string {
  return value.replace(/\d+\.\d{3,}/g, (number) => String(Number(Number(number).toFixed(2))));
}
