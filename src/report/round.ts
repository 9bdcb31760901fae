/**
 * A number to the digits that its interval supports: to the second digit of half the interval's width. Without an interval to
 * four significant digits. Blank where the number is missing.
 */
export function roundTo(value: number, lower = Number.NaN, upper = Number.NaN): string {
  if (!Number.isFinite(value)) return "";
  const decimals = decimalsFor(lower, upper);
  if (decimals === undefined) return shortNumber(value);
  return value.toFixed(decimals);
}

/** `0.78 to 0.86`, to the digits that its width supports; blank where an end is missing. */
export function roundInterval(lower: number, upper: number): string {
  if (!Number.isFinite(lower + upper)) return "";
  return `${roundTo(lower, lower, upper)} to ${roundTo(upper, lower, upper)}`;
}

function decimalsFor(lower: number, upper: number): number | undefined {
  const half = (upper - lower) / 2;
  if (!(half > 0) || !Number.isFinite(half)) return undefined;
  return Math.min(10, Math.max(0, 1 - Math.floor(Math.log10(half))));
}

/** To some significant digits, without an exponent where the size allows. */
export function shortNumber(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return "";
  const rounded = Number(value.toPrecision(digits));
  const size = Math.abs(rounded);
  return size !== 0 && (size >= 1e6 || size < 1e-4) ? rounded.toExponential() : String(rounded);
}
