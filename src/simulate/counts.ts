const UNITS: readonly (readonly [suffix: string, factor: number])[] = [
  ["T", 1e12],
  ["B", 1e9],
  ["M", 1e6],
  ["K", 1e3],
];

/** A count for names: 200000000 is `200M`, 1300000000 is `1.3B`, 7 is `7`. */
export function formatCount(count: number): string {
  const [suffix, factor] = UNITS.find(([, factor]) => count >= factor) ?? ["", 1];
  return `${Number((count / factor).toPrecision(6))}${suffix}`;
}

/** The count that a text such as `200M`, `1.3B`, `2e8` means, or NaN where it means none. */
export function parseCount(text: string): number {
  const suffix = text.trim().slice(-1).toUpperCase();
  const factor = UNITS.find(([unit]) => unit === suffix)?.[1];
  const digits = factor === undefined ? text.trim() : text.trim().slice(0, -1);
  return digits === "" ? Number.NaN : Math.round(Number(digits) * (factor ?? 1));
}
