import type { DataType, Decimal, TimeUnit } from "apache-arrow";

type Arrow = typeof import("apache-arrow");

/** Digits of the widest decimal that is read as a number, as in other formats. */
const MOST_DIGITS = 38;

/** A type without the dictionary that its values may stand in. */
export function valueType(arrow: Arrow, type: DataType): DataType {
  return arrow.DataType.isDictionary(type) ? type.dictionary : type;
}

/** The type in words where its values are no numbers, though Arrow keeps them as such: times, and decimals that do not fit. */
export function typeOfNoNumbers(arrow: Arrow, type: DataType): string | undefined {
  const { DataType } = arrow;
  const own = valueType(arrow, type);
  if (DataType.isDecimal(own)) {
    return own.precision > MOST_DIGITS ? `Decimal(${own.precision}, ${own.scale})` : undefined;
  }
  const isTime = [
    DataType.isTimestamp,
    DataType.isDate,
    DataType.isTime,
    DataType.isDuration,
    DataType.isInterval,
  ];
  return isTime.some((is) => is(own)) ? String(own) : undefined;
}

/** A decimal comes as the little-endian words of a scaled integer. */
export function scaledInteger(value: unknown): bigint {
  const words = value as Uint32Array;
  let integer = 0n;
  for (let i = words.length - 1; i >= 0; i--) integer = (integer << 32n) | BigInt(words[i] ?? 0);
  return BigInt.asIntN(words.length * 32, integer);
}

/** A value of a column, never null, as text. Structs and lists become JSON. */
export function textOf(arrow: Arrow, type: DataType, value: unknown): string {
  if (typeof value === "string") return value;
  const { DataType } = arrow;
  const own = valueType(arrow, type);
  if (DataType.isDecimal(own)) return decimalText(own, value);
  if (DataType.isTimestamp(own) || DataType.isDate(own)) return timeText(value as number);
  if (DataType.isTime(own) || DataType.isDuration(own)) return `${value} ${unitName(arrow, own.unit)}`;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("utf8");
  if (typeof value === "object") return JSON.stringify(value, jsonValue);
  return String(value);
}

function decimalText({ scale }: Decimal, value: unknown): string {
  const integer = scaledInteger(value);
  if (scale <= 0) return String(integer * 10n ** BigInt(-scale));
  const digits = String(integer < 0n ? -integer : integer).padStart(scale + 1, "0");
  return `${integer < 0n ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** Milliseconds from 1970 on as a date; a number of them where it is beyond what dates reach. */
function timeText(milliseconds: number): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? `${milliseconds} MILLISECOND` : date.toISOString();
}

function unitName(arrow: Arrow, unit: TimeUnit): string {
  return arrow.TimeUnit[unit] ?? "";
}

function jsonValue(_key: string, value: unknown): unknown {
  if (typeof value !== "bigint") return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}
