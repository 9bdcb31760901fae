/**
 * A text as one line in which every character is visible: characters that cannot be seen (control characters and ANSI escapes, line
 * breaks, marks of writing direction, zero-width characters, unpaired surrogates, noncharacters) become escapes such as `\n` or
 * `\u202e`. The escapes are those of JSON strings, so that JSON stays valid.
 *
 * The page embeds the source text of this function, so it must not use anything outside itself.
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

/** The same for a text of several lines: line feeds and tabs stay. */
export function visibleText(text: string): string {
  return text.replace(/[^\n\t]+/g, visibleLine);
}

/** A path as one word of a shell, in quotes where needed, for commands that users copy. */
export function shellWord(path: string): string {
  const word = path.startsWith("-") ? `./${path}` : path;
  return /^[\w./:@%+,=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Lines of a Markdown table, from cells that are Markdown. */
export function markdownTable(head: string[], rows: string[][]): string[] {
  const line = (cells: string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll(/(?<!\\)\|/g, "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}

/**
 * A text as Markdown that shows it unchanged in one line: it is not read as HTML, emphasis, a link, a list or a heading, and does not
 * end a table cell. A single `_` inside a word has no meaning in Markdown and stays.
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

/** A number to some significant digits, without trailing zeros: `0.123457`, `1.90354e+8`, `12`. */
export function formatNumber(value: number, digits = 6): string {
  const rounded = Number(value.toPrecision(digits));
  const size = Math.abs(rounded);
  if (size !== 0 && (size >= 1e6 || size < 1e-4)) return rounded.toExponential();
  return String(rounded);
}

/** Names with their values to 12 digits: `T=1e+13, K=8`. */
export function assignments(values: Readonly<Record<string, number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${formatNumber(value, 12)}`)
    .join(", ");
}

/** A share as a percentage to so many significant digits: `2.5 %`; empty where it is not finite. */
export function percent(share: number, digits = 2): string {
  return Number.isFinite(share) ? `${Number((100 * share).toPrecision(digits))} %` : "";
}
