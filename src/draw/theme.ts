/** The colour scheme of a page or a picture. */
export type Theme = "light" | "dark";

/**
 * Colours by meaning. Drawings name them as CSS variables (`var(--fit)`), so that a page follows the reader's setting.
 * Categories use the palette of Okabe and Ito (2008), which colour-blind readers can tell apart. The lightness of ordered groups
 * and of the heat map changes in one direction, so that they are legible without hue.
 */
export const colours: Readonly<Record<Theme, Readonly<Record<string, string>>>> = {
  light: {
    paper: "#ffffff",
    ink: "#1b1f24",
    muted: "#5c6670",
    grid: "#e3e7eb",
    fit: "#0067a8",
    good: "#00795a",
    bad: "#c24f00",
    ...numbered("o", ["#3b0f70", "#3b5a9b", "#1d8a86", "#4fa34a", "#b39a00", "#c2571a"]),
    ...numbered("c", ["#b97800", "#2a8fd0", "#008a66", "#b85c93", "#0a4f8f", "#c24f00", "#6b7280"]),
    ...numbered("h", ["#f4f2d8", "#cfe8b4", "#8fd0b8", "#46b0c2", "#2280b6", "#24479d", "#0b1d58"]),
  },
  dark: {
    paper: "#14181d",
    ink: "#e8ecf0",
    muted: "#9aa5b1",
    grid: "#2c333b",
    fit: "#5cb8f0",
    good: "#2fc79a",
    bad: "#ff9151",
    ...numbered("o", ["#b9a5f0", "#7fa8f0", "#3fc1b5", "#8fdc7e", "#f0dc4d", "#ffab70"]),
    ...numbered("c", ["#f0b030", "#6cc4f5", "#2fc79a", "#e39ac6", "#4a8fd8", "#ff9151", "#a3acb8"]),
    ...numbered("h", ["#1a2740", "#1d4a78", "#22729c", "#3a9fae", "#7cc7a4", "#c5e59a", "#ffffc4"]),
  },
};

function numbered(letter: string, values: readonly string[]): Record<string, string> {
  return Object.fromEntries(values.map((value, i) => [`${letter}${i + 1}`, value]));
}

/** The colour of a category by its index, from 0. The colours repeat after seven. */
export function category(i: number): string {
  return `var(--c${(i % 7) + 1})`;
}

/** The colour of one of at most six ordered groups by its index, from 0. */
export function ordered(i: number): string {
  return `var(--o${Math.min(i, 5) + 1})`;
}

/**
 * Replaces the variables of a drawing by the colours of a theme, for separate files. Only whole attributes are replaced: in a
 * name from the table, quotes are escaped, so that it cannot contain one.
 */
export function withColours(svg: string, theme: Theme): string {
  return svg.replace(/"var\(--([a-z]+\d?)\)"/g, (whole, name: string) => {
    const colour = colours[theme][name];
    return colour === undefined ? whole : `"${colour}"`;
  });
}

/** The CSS that sets the variables to the colours of the reader's setting. */
export function colourStyle(): string {
  const rules = (theme: Theme) =>
    Object.entries(colours[theme])
      .map(([name, value]) => `--${name}:${value}`)
      .join(";");
  return (
    `:root{color-scheme:light dark;${rules("light")}}` +
    `@media (prefers-color-scheme:dark){:root{${rules("dark")}}}` +
    `@media print{:root{${rules("light")}}}`
  );
}
