import { formatNumber } from "../text.ts";
import { DIGITS_OF_ERROR, roundAmong } from "./numbers.ts";

/** Digits of a number, however small its error is. */
const MOST_DIGITS = 10;

/** A number to two digits of its standard error, or as far as the order of those beside it needs; of an error alone two digits. */
export function formatKnown(value: number, error?: number, beside: readonly number[] = []): string {
  if (!Number.isFinite(value)) return "";
  if (error === undefined) return formatNumber(value, value > 0 ? DIGITS_OF_ERROR : undefined);
  return error > 0
    ? formatNumber(roundAmong(value, error, beside, MOST_DIGITS), MOST_DIGITS)
    : formatNumber(value);
}

/** The ends of an interval to two digits of its width, beside a value that lies in it; empty where there is none. */
export function formatEnds(ends: readonly number[], value?: number): string {
  const width = Math.abs(ends[1]! - ends[0]!);
  const beside = value === undefined ? ends : [value, ...ends];
  return ends.every(Number.isNaN)
    ? ""
    : ends.map((end) => formatKnown(end, width, beside) || formatNumber(end)).join(" to ");
}
