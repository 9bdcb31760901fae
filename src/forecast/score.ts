import { z } from "zod";
import { notAmong, UserError } from "../errors.ts";
import { relativeError } from "../plan/score.ts";
import { shownPath } from "../store/disk-errors.ts";
import { version } from "../version.ts";
import {
  checked,
  type Forecast,
  type ForecastQuantity,
  forecastSchema,
  readForecast,
  sealSchema,
} from "./document.ts";
import { intervalScore } from "./interval-score.ts";
import { checkSeal, readSealed, seal } from "./seal.ts";

/** How one kind of interval did. */
export interface IntervalOutcome {
  purpose: string;
  interval: string;
  level: number;
  lower: number | null;
  upper: number | null;
  /** Whether the actual value lies in it; null where it has not two finite ends. */
  held: boolean | null;
  /** Interval score, in the unit of the value (`intervalScore`); null where `held` is. */
  score: number | null;
}

/** How a rival did. */
export interface RivalOutcome {
  name: string;
  value: number | null;
  error: number | null;
  relative_error: number | null;
  /** Whether the forecast was nearer to the actual value than this; null where the rival has none. */
  beaten: boolean | null;
}

/** How a quantity of a forecast came out. */
export interface QuantityScore {
  name: string;
  task: string;
  measure: string;
  target: string;
  forecast: number;
  actual: number;
  /** forecast - actual. */
  error: number;
  /** error / actual; null where the actual value is 0. */
  relative_error: number | null;
  intervals: IntervalOutcome[];
  rivals: RivalOutcome[];
}

const scoredSchema = z.strictObject({
  program: z.literal("lawfit"),
  kind: z.literal("scored-forecast"),
  version: z.string(),
  /** When it was scored, ISO 8601. */
  scored: z.iso.datetime(),
  forecast: forecastSchema,
  /** Actual values by the names of the quantities. */
  actual: z.record(z.string(), z.number()),
  /** Of all of it, so that an actual value that was changed later is found. */
  seal: sealSchema,
});

/** A forecast with what came of it. Scores follow from the two and are not stored. */
export interface ScoredForecast extends z.output<typeof scoredSchema> {}

const orNull = (value: number) => (Number.isFinite(value) ? value : null);

/**
 * Puts actual values beside a forecast, and seals both.
 *
 * @param forecast what was forecast
 * @param actual values by the names of quantities, in the unit of the forecast
 * @param now when it is scored
 * @throws UserError for a name that the forecast does not have, a value that is not finite or that the quantity cannot have, and where
 * there is none
 */
export function scoredForecast(
  forecast: Forecast,
  actual: Readonly<Record<string, number>>,
  now = new Date(),
): ScoredForecast {
  const names = forecast.quantities.map(({ name }) => name);
  for (const [name, value] of Object.entries(actual)) {
    if (!names.includes(name)) throw new UserError(`the forecast has no quantity ${notAmong(name, names)}`);
    const { range = null } = forecast.quantities.find((quantity) => quantity.name === name)!;
    if (!isInRange(value, range))
      throw new UserError(`${name}: ${value}; allowed: ${RANGE_WORDS[range ?? ""]}`);
  }
  if (Object.keys(actual).length === 0)
    throw new UserError(
      `no actual value is given; allowed: ${names.map((name) => `${name}=VALUE`).join(", ")}`,
    );
  const scored = now.toISOString();
  return seal({
    program: "lawfit",
    kind: "scored-forecast",
    version,
    scored,
    forecast,
    actual: { ...actual },
  });
}

const RANGE_WORDS: Readonly<Record<string, string>> = {
  "": "a finite number",
  "0 to 1": "a share, 0 to 1",
  "above 0": "a loss, a number > 0",
};

function isInRange(value: number, range: NonNullable<ForecastQuantity["range"]> | null): boolean {
  if (!Number.isFinite(value)) return false;
  return range === null || (range === "above 0" ? value > 0 : value >= 0 && value <= 1);
}

/** How each quantity with an actual value came out, in the order of the forecast; errors are in the unit of the quantity. */
export function scoresOf({ forecast, actual }: Pick<ScoredForecast, "forecast" | "actual">): QuantityScore[] {
  return forecast.quantities.flatMap((quantity) => {
    const value = Object.hasOwn(actual, quantity.name) ? actual[quantity.name] : undefined;
    return value === undefined ? [] : [scoreOf(quantity, value)];
  });
}

function scoreOf({ intervals, rivals, value, ...quantity }: ForecastQuantity, actual: number): QuantityScore {
  const { name, task, measure, target } = quantity;
  return {
    ...{ name, task, measure, target, forecast: value, actual },
    error: value - actual,
    relative_error: orNull(relativeError(value, actual)),
    intervals: intervals.map(({ purpose, interval, level, lower, upper }) => {
      const score = intervalScore(lower ?? Number.NaN, upper ?? Number.NaN, level, actual);
      const held = Number.isNaN(score) ? null : lower! <= actual && actual <= upper!;
      return { purpose, interval, level, lower, upper, held, score: orNull(score) };
    }),
    rivals: rivals.map(({ name, value: other }) => ({
      ...{ name, value: other },
      error: other === null ? null : other - actual,
      relative_error: other === null ? null : orNull(relativeError(other, actual)),
      beaten: other === null ? null : Math.abs(value - actual) < Math.abs(other - actual),
    })),
  };
}

/**
 * Scores a forecast whose seal holds, with actual values, or those of the finished run in a table.
 *
 * @param path of the forecast
 * @throws UserError as `readForecast`, `scoredForecast` and `actualsFromTable` do
 */
export async function scoreForecast(
  path: string,
  { actual, table }: { actual?: Readonly<Record<string, number>>; table?: readonly string[] },
): Promise<ScoredForecast> {
  const forecast = await readForecast(path);
  if (table === undefined) return scoredForecast(forecast, actual ?? {});
  // A table is read by what is not needed otherwise.
  const { actualsFromTable } = await import("./finished-run.ts");
  return scoredForecast(forecast, await actualsFromTable(forecast, table));
}

/**
 * Reads a scored forecast, whose seal and that of whose forecast hold.
 *
 * @throws UserError where it cannot be read, is neither, or the forecast or an actual value was changed after it was sealed
 */
export async function readScored(path: string): Promise<ScoredForecast> {
  const { document, check } = await readSealed(path);
  const of = checkSeal((document.forecast ?? {}) as Record<string, unknown>);
  if (!of.sealed) throw new UserError(`${shownPath(path)}: forecast: unsealed: ${of.reason}`);
  if (!check.sealed) throw new UserError(`${shownPath(path)}: unsealed: ${check.reason}`);
  const scored = checked(scoredSchema, document, path);
  const unknown = Object.keys(scored.actual).find(
    (name) => !scored.forecast.quantities.some((quantity) => quantity.name === name),
  );
  if (unknown === undefined) return scored;
  throw new UserError(
    `${shownPath(path)}: actual: ${notAmong(
      unknown,
      scored.forecast.quantities.map(({ name }) => name),
    )}`,
  );
}

/** The kind of a document that lawfit wrote; undefined where it is another's. @throws UserError where it cannot be read */
export async function kindOfFile(path: string): Promise<"forecast" | "scored-forecast" | undefined> {
  const { document } = await readSealed(path);
  const { program, kind } = document;
  return program === "lawfit" && (kind === "forecast" || kind === "scored-forecast") ? kind : undefined;
}
