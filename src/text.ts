/**
 * A text as one line in which every character is seen: what has no sign of its own (controls and ANSI escapes, line
 * breaks, marks that turn the direction of writing, zero-width signs, halves of surrogate pairs, code points that are no
 * characters) stands as an escape, `\n` or `\u202e`. The escapes are those of JSON strings, so that JSON stays what it is.
 *
 * The page has this function too, as text: it must stand on its own.
 */
export function visibleLine(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Noncharacter_Code_Point}\u00ad\u200b\u2060-\u2064\ufeff\ufff9-\ufffb]/gu,
    (sign) => {
      if (sign === "\n") return "\\n";
      if (sign === "\r") return "\\r";
      if (sign === "\t") return "\\t";
      const units = sign.split("").map((unit) => unit.charCodeAt(0).toString(16).padStart(4, "0"));
      return units.map((unit) => `\\u${unit}`).join("");
    },
  );
}

/** The same of a text of several lines: line feeds and tabs stay. */
export function visibleText(text: string): string {
  return text.replace(/[^\n\t]+/g, visibleLine);
}

/** A path as a shell takes it for one word, for commands that are there to be copied: in quotes where it needs them. */
export function shellWord(path: string): string {
  const word = path.startsWith("-") ? `./${path}` : path;
  return /^[\w./:@%+,=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Lines of a table in Markdown, of cells that are Markdown. */
export function markdownTable(head: string[], rows: string[][]): string[] {
  const line = (cells: string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll(/(?<!\\)\|/g, "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}

/**
 * A text as Markdown that shows it in one line: a name is neither HTML, emphasis nor the text of a link, begins no list or
 * heading, and ends no cell and no line. A single `_` inside a word means nothing and stays.
 */
export function markdownText(text: string): string {
  return visibleLine(text)
    .trim()
    .replace(/[\\`*~<>&|[\]]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\$&")
    .replace(/^(?:[#=]|[-+](?=[-\s]|$))/, "\\$&")
    .replace(/^(\d+)([.)])(?=\s|$)/, "$1\\$2");
}

/** A count with its noun: `1 run`, `2 runs`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** A number to 6 significant digits, without trailing zeros: `0.123457`, `1.90354e+8`, `12`. */
export function formatNumber(value: number): string {
  const rounded = Number(value.toPrecision(6));
  const size = Math.abs(rounded);
  if (size !== 0 && (size >= 1e6 || size < 1e-4)) return rounded.toExponential();
  return String(rounded);
}

/** A share as a percentage to so many significant digits: `2.5 %`; empty where it is not finite. */
export function percent(share: number, digits = 2): string {
  return Number.isFinite(share) ? `${Number((100 * share).toPrecision(digits))} %` : "";
}
