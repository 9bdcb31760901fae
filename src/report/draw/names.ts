import { visibleLine } from "../../visible-text.ts";

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
