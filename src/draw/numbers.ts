const SUFFIXES = ["", "K", "M", "B", "T"] as const;

/** A count with a suffix: `190M`, `1.3B`, `4T`; larger counts are written with a power of ten. */
export function shortCount(value: number): string {
  if (!Number.isFinite(value)) return "";
  const step = Math.floor(Math.log10(Math.abs(value) || 1) / 3 + 1e-9);
  if (step < 0 || step >= SUFFIXES.length) return powerOfTen(value);
  return `${Number((value / 1000 ** step).toPrecision(3))}${SUFFIXES[step]}`;
}

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** A number as a multiple of a power of ten: `10²¹`, `4×10²¹`. */
export function powerOfTen(value: number): string {
  const [mantissa = "", exponent = "0"] = Number(value.toPrecision(2)).toExponential().split("e");
  const raised = String(Number(exponent)).replace(/[-\d]/g, (sign) =>
    sign === "-" ? "⁻" : RAISED[Number(sign)]!,
  );
  return mantissa === "1" ? `10${raised}` : `${mantissa}×10${raised}`;
}

/**
 * The places of at most `most` ticks on a logarithmic axis: 1, 2 and 5 times the powers of ten, or fewer.
 *
 * @param gap smallest distance of two ticks, as a share of the axis's length
 */
export function logTicks(low: number, high: number, most = 5, gap = 0): number[] {
  const first = Math.floor(Math.log10(low));
  const last = Math.ceil(Math.log10(high));
  const all = (digits: readonly number[], step = 1) =>
    Array.from({ length: last - first + 1 }, (_, i) => first + i)
      .filter((power) => (power - first) % step === 0)
      .flatMap((power) => digits.map((digit) => digit * 10 ** power))
      .filter((tick) => tick >= low && tick <= high);
  const sets = [
    all([1, 2, 3, 4, 5, 6, 7, 8, 9]),
    all([1, 2, 5]),
    all([1, 3]),
    all([1]),
    all([1], 2),
    all([1], 3),
    all([1], 5),
  ];
  const isApart = (ticks: readonly number[]) =>
    ticks.every((tick, i) => i === 0 || Math.log(tick / ticks[i - 1]!) >= gap * Math.log(high / low));
  return sets.find((ticks) => ticks.length <= most && isApart(ticks)) ?? [];
}

/** Values from low to high at equal distances, on a logarithmic scale if asked. */
export function grid(low: number, high: number, count: number, isLog: boolean): number[] {
  const share = (i: number) => i / (count - 1);
  return Array.from({ length: count }, (_, i) =>
    isLog ? low * (high / low) ** share(i) : low + (high - low) * share(i),
  );
}

/** The smallest and the largest of the finite values; undefined where none is finite. */
export function extent(values: Iterable<number>): [low: number, high: number] | undefined {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low <= high ? [low, high] : undefined;
}

/**
 * The number of ticks that a linear axis has room for. Values close to each other need many digits and thus long labels.
 *
 * @param pixels length of the axis in pixels
 */
export function ticksFor(pixels: number, values: Iterable<number>, most = 5): number {
  const [low, high] = extent(values) ?? [0, 1];
  const step = (high - low || Math.abs(high) || 1) / most;
  const decimals = Math.max(0, -Math.floor(Math.log10(step)));
  const letters = Math.trunc(Math.max(Math.abs(low), Math.abs(high))).toFixed(0).length + 1 + decimals;
  // Plot may draw half as many ticks again as are requested.
  return Math.max(2, Math.min(most, Math.floor(pixels / (letters * 6.2 + 14) / 1.5)));
}

/**
 * Rounds a number to the digits that its interval supports: to the second digit of half the interval's width, or to four
 * significant digits without an interval. Empty where the number is missing.
 */
export function roundTo(value: number, lower = Number.NaN, upper = Number.NaN): string {
  if (!Number.isFinite(value)) return "";
  const decimals = decimalsFor(lower, upper);
  if (decimals === undefined) return shortNumber(value);
  return value.toFixed(decimals);
}

/** An interval rounded to the digits that its width supports: `0.78 to 0.86`; empty where an end is missing. */
export function roundInterval(lower: number, upper: number): string {
  if (!Number.isFinite(lower + upper)) return "";
  return `${roundTo(lower, lower, upper)} to ${roundTo(upper, lower, upper)}`;
}

function decimalsFor(lower: number, upper: number): number | undefined {
  const half = (upper - lower) / 2;
  if (!(half > 0) || !Number.isFinite(half)) return undefined;
  return Math.min(10, Math.max(0, 1 - Math.floor(Math.log10(half))));
}

/** Rounds a number to some significant digits, without an exponent where its size allows. */
export function shortNumber(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return "";
  const rounded = Number(value.toPrecision(digits));
  const size = Math.abs(rounded);
  return size !== 0 && (size >= 1e6 || size < 1e-4) ? rounded.toExponential() : String(rounded);
}

/** Significant digits of a number whose uncertainty is not known, of an uncertainty, and at most. */
const DIGITS = 4;
export const DIGITS_OF_ERROR = 2;
const MOST_DIGITS = 6;

/**
 * A number to the digits that its uncertainty leaves, two of it, and more where the order of the numbers beside it would be lost; to four
 * digits where it has none.
 *
 * @param most digits of a number
 */
export function roundAmong(
  value: number,
  uncertainty = Number.NaN,
  beside: readonly number[] = [],
  most = MOST_DIGITS,
): number {
  if (!(uncertainty > 0 && Number.isFinite(uncertainty))) return round(value, DIGITS, most);
  const place = (size: number): number => Math.floor(Math.log10(Math.abs(size)));
  const roundTo = (number: number, more: number): number =>
    number === 0 ? 0 : round(number, DIGITS_OF_ERROR + more + place(number) - place(uncertainty), most);
  const numbers = beside.filter(Number.isFinite);
  const more = [0, 1, 2, 3].find((digits) => {
    const shown = numbers.map((number) => roundTo(number, digits));
    return numbers.every((a, i) =>
      numbers.every((b, j) => Math.sign(a - b) === Math.sign(shown[i]! - shown[j]!)),
    );
  });
  return roundTo(value, more ?? most);
}

/** A number to so many significant digits; a share below 1 does not become 1. */
function round(value: number, digits: number, largest: number): number {
  if (!Number.isFinite(value)) return value;
  const [few, all] = [Math.min(Math.max(digits, 1), largest), largest].map((most) =>
    Number(value.toPrecision(most)),
  );
  return Math.abs(few!) === 1 ? all! : few!;
}
