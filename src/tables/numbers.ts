const UNITS: readonly (readonly [suffix: string, factor: number])[] = [
  ["T", 1e12],
  ["B", 1e9],
  ["M", 1e6],
  ["K", 1e3],
];

/** A count for names: 200000000 is `200M`, 1300000000 is `1.3B`, 7 is `7`. */
export function formatCount(count: number): string {
  const [suffix, factor] = UNITS.find(([, factor]) => count >= factor) ?? ["", 1];
  return `${count / factor}${suffix}`;
}

/** The number that a text such as `200M`, `1.3B`, `2e8`, `0.5` means, or NaN where it means none. */
export function parseCount(text: string): number {
  const trimmed = text.trim();
  const factor = UNITS.find(([suffix]) => suffix === trimmed.slice(-1).toUpperCase())?.[1];
  const digits = factor === undefined ? trimmed : trimmed.slice(0, -1);
  if (digits === "") return Number.NaN;
  // Rounded where a unit is given: 1.1 * 1e9 is not a whole number in float64.
  return factor === undefined ? Number(digits) : Math.round(Number(digits) * factor);
}

/** How programs write that there is no value: Python's None, R's NA, SQL's NULL, a dash. NaN is not among them: it may be a result. */
export function isMissingWord(text: string): boolean {
  return /^\s*(none|null|na|n\/a|-+|\u2013|\u2014)\s*$/i.test(text);
}

/** A decimal number, or undefined: what `Number` takes, less the empty text, hexadecimals and infinities. */
export function parseNumber(text: string): number | undefined {
  if (!/^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/.test(text)) return undefined;
  return Number(text);
}
