import { z } from "zod";
import { valueAtPath } from "../collections.ts";
import { describeValue, UserError } from "../errors.ts";
import { shownPath } from "../store/disk-errors.ts";
import { readSealed } from "./seal.ts";

const known = z.number().nullable();
const count = z.int().nonnegative();

const interval = z.strictObject({
  /** What it is for, as in table `intervals`: `curve`, `run`, `checkpoint`. */
  purpose: z.string(),
  /** Kind of interval, as in table `intervals`. */
  interval: z.string(),
  /** Nominal coverage. */
  level: z.number().gt(0).lt(1),
  /** Its ends; null where there is none, or it is infinite. */
  lower: known,
  upper: known,
  status: z.string(),
  reason: z.string().nullable(),
  /** How often such intervals held in back-tests, of how many. */
  backtest_rate: known,
  backtest_count: known,
});

const rival = z.strictObject({
  /** `last point`, `line in log C`, `line of the logit in log C`. */
  name: z.string(),
  /** What it forecasts; null where it cannot. */
  value: known,
  reason: z.string().nullable(),
});

const variant = z.strictObject({
  /** What differs: `law`, `link`, `asymptote`, or `choices` of the run's other configurations. */
  to: z.enum(["law", "link", "asymptote", "choices"]),
  /** How it differs from the forecast's settings: `law kaplan`, `E = 1.71`. */
  choice: z.string(),
  value: known,
  /** value less the forecast. */
  difference: known,
  reason: z.string().nullable(),
});

/** What an actual value can be. */
const RANGES = ["0 to 1", "above 0"] as const;

const quantity = z.strictObject({
  /** The name by which its actual value is given: `loss`, `hellaswag.score`. */
  name: z.string(),
  task: z.string(),
  /** `loss`, `score`, `error`, or the response or feature that is predicted. */
  measure: z.string(),
  target: z.string(),
  value: z.number(),
  /** What its actual value can be: a share of right answers, a loss above 0; null or missing where nothing is said. */
  range: z.enum(RANGES).nullable().optional(),
  /** Whether the data determine it, as in table `predictions`; null of a step between. */
  determined: z.string().nullable(),
  determined_reason: z.string().nullable(),
  intervals: z.array(interval),
  rivals: z.array(rival),
  sensitivity: z.array(variant),
});

const law = z.strictObject({
  /** Tasks that share the fit, with commas. */
  task: z.string(),
  stage: z.string(),
  subject: z.string().nullable(),
  form: z.string(),
  expression: z.string().nullable(),
  points: count,
  parameters: z.array(
    z.strictObject({
      name: z.string(),
      value: known,
      standard_error: known,
      profile_lower: known,
      profile_upper: known,
    }),
  ),
});

const checksum = z.strictObject({ path: z.string(), rows: count, sha256: z.string() });

const backtest = interval
  .pick({ purpose: true, interval: true, level: true, lower: true, upper: true, status: true })
  .extend({
    task: z.string(),
    cut: known,
    runs_used: known,
    target: z.string(),
    ratio: known,
    predicted: known,
    actual: known,
    error: known,
    abs_rel_error: known,
    hit: z.boolean().nullable(),
  });

/** Columns of table `leave_largest_out` that a forecast keeps. */
export const HISTORY = Object.keys(backtest.shape);

const target = z.strictObject({
  name: z.string(),
  /** Inputs by name: of a size N and D. */
  inputs: z.record(z.string(), z.number()),
  /** Parameters, tokens and FLOPs, where they are known. */
  n: known,
  d: known,
  c: known,
  /** FLOPs over those of the largest run that was fitted. */
  budget_multiple: known,
});

export const sealSchema = z.strictObject({ algorithm: z.string(), sha256: z.string() });

export const forecastSchema = z.strictObject({
  program: z.literal("lawfit"),
  kind: z.literal("forecast"),
  version: z.string(),
  /** When it was sealed, ISO 8601. */
  sealed: z.iso.datetime(),
  /** Day by which the target is to be known. */
  by: z.iso.date(),
  targets: z.array(target).min(1),
  quantities: z.array(quantity).min(1),
  method: z.string(),
  /** Value of each design choice. */
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  laws: z.array(law),
  /** Back-tests on the table's own runs: the largest run predicted from each cut. */
  history: z.strictObject({ rows: z.array(backtest), reason: z.string().nullable() }),
  /** What it was made from. */
  source: z.strictObject({
    tables: z.array(checksum),
    sweep_file: z.strictObject({ path: z.string(), sha256: z.string() }).nullable(),
    /** The sweep that gives these numbers again. */
    sweep: z.record(z.string(), z.unknown()),
    fit_runs: count,
    /** The fitted run with the most FLOPs; null where these are not known. */
    largest_run: z.strictObject({ run: z.string(), n: known, d: known, c: known }).nullable(),
  }),
  seal: sealSchema,
});

/** A sealed forecast: the contents of the file that `lawfit forecast` writes. Numbers have 15 digits; a missing one is null. */
export interface Forecast extends z.output<typeof forecastSchema> {}
export type ForecastQuantity = Forecast["quantities"][number];
export type ForecastInterval = ForecastQuantity["intervals"][number];

/**
 * Checks that a document is a forecast.
 *
 * @param where the file, for messages
 * @throws UserError naming file, key and value where it is not
 */
export function checkForecast(document: unknown, where: string): Forecast {
  return checked(forecastSchema, document, where);
}

/** Checks a document against a schema. @throws UserError naming file, key and value where it does not fit */
export function checked<Content>(schema: z.ZodType<Content>, document: unknown, where: string): Content {
  const { data, error } = schema.safeParse(document);
  if (error === undefined) return data;
  const { path, message } = error.issues[0]!;
  throw new UserError(
    `${shownPath(where)}: ${path.join(".")}: ${describeValue(valueAtPath(document, path))}: ${message}; allowed: a file that lawfit forecast or lawfit score wrote`,
  );
}

/**
 * Reads a forecast whose seal holds.
 *
 * @throws UserError where it cannot be read, is not a forecast, or was changed after it was sealed
 */
export async function readForecast(path: string): Promise<Forecast> {
  const { document, check } = await readSealed(path);
  if (document.kind !== "forecast")
    throw new UserError(`${shownPath(path)}: not a forecast; allowed: a file that lawfit forecast wrote`);
  if (!check.sealed) throw new UserError(`${shownPath(path)}: unsealed: ${check.reason}`);
  return checkForecast(document, path);
}
