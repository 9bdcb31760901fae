import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { groupBy } from "../collections.ts";
import { UserError } from "../errors.ts";
import { binomialLimits } from "../intervals/distributions.ts";
import { mean, median } from "../statistics.ts";
import { shownPath } from "../store/disk-errors.ts";
import type { Table } from "../tables/table.ts";
import { count, number, tableOf, text } from "../tables/table-of.ts";
import { countOf } from "../text.ts";
import {
  type IntervalOutcome,
  kindOfFile,
  type QuantityScore,
  readScored,
  type ScoredForecast,
  scoresOf,
} from "./score.ts";

/** Scores of many forecasts. */
export interface Calibration {
  /** Scored forecasts. */
  forecasts: number;
  /** A row for each purpose, kind and level of intervals: how often they held, and their mean interval score. */
  intervals: Table;
  /** A row for the forecasts, and for each rival: errors, and how often the forecasts were nearer. */
  errors: Table;
}

/**
 * How often intervals of each kind and level held, and how large errors were, over all quantities of all forecasts.
 *
 * @param scored forecasts whose actual values are known, each once
 */
export function calibrationOf(scored: readonly ScoredForecast[]): Calibration {
  const scores = scored.flatMap(scoresOf);
  return { forecasts: scored.length, intervals: intervalsTable(scores), errors: errorsTable(scores) };
}

/** An outcome, and the actual value. */
interface Outcome extends IntervalOutcome {
  actual: number;
}

function intervalsTable(scores: readonly QuantityScore[]): Table {
  const outcomes = scores.flatMap(({ intervals, actual }) =>
    intervals.map((one): Outcome => ({ ...one, actual })),
  );
  const groups = groupBy(outcomes, ({ purpose, interval, level }) =>
    JSON.stringify([purpose, interval, level]),
  );
  const rows = [...groups.values()].map((all) => {
    const known = all.filter(({ held }) => held !== null);
    const held = known.filter(({ held }) => held === true).length;
    const limits = known.length === 0 ? undefined : binomialLimits(held, known.length);
    const { purpose, interval, level } = all[0]!;
    return { purpose, interval, level, all, known, held, limits };
  });
  type Row = (typeof rows)[number];
  const sorted = rows.toSorted((a, b) => a.level - b.level);
  return tableOf<Row>(sorted, [
    text("purpose", "what the intervals are for"),
    text("interval", "kind of interval"),
    number("level", "their nominal coverage"),
    count("intervals", "intervals of quantities with an actual value", ({ all }) => all.length),
    count("count", "those with two finite ends", ({ known }) => known.length),
    count("held", "those in which the actual value lies"),
    number("rate", "held / count", ({ held, known }) => held / known.length),
    number(
      "rate_lower",
      "lower exact 95 % limit of the rate, forecasts taken as independent",
      ({ limits }) => limits?.low,
    ),
    number("rate_upper", "upper one", ({ limits }) => limits?.high),
    number("mean_interval_score", "mean interval score, in the unit of the values", ({ known }) =>
      mean(known.map(({ score }) => score!)),
    ),
    number("mean_relative_interval_score", "mean of interval score / abs(actual)", ({ known }) =>
      mean(known.map(({ score, actual }) => score! / Math.abs(actual))),
    ),
  ]);
}

/** Errors of the forecasts, or of a rival. */
interface ErrorRow {
  by: string;
  errors: readonly number[];
  relative: readonly number[];
  beaten: number | null;
}

function errorsTable(scores: readonly QuantityScore[]): Table {
  const rivals = groupBy(
    scores.flatMap((score) => score.rivals),
    ({ name }) => name,
  );
  const rowOf = (
    by: string,
    all: readonly { error: number | null; relative_error: number | null }[],
    beaten: number | null,
  ): ErrorRow => ({
    ...{ by, beaten },
    errors: all.flatMap(({ error }) => (error === null ? [] : Math.abs(error))),
    relative: all.flatMap(({ relative_error: error }) => (error === null ? [] : Math.abs(error))),
  });
  const rows = [
    rowOf("forecast", scores, null),
    ...Array.from(rivals, ([name, all]) =>
      rowOf(name, all, all.filter(({ beaten }) => beaten === true).length),
    ),
  ];
  return tableOf<ErrorRow>(rows, [
    text("by", "`forecast`, or the rival"),
    count("count", "quantities that it has a value of", ({ errors }) => errors.length),
    number("mean_abs_error", "mean of abs(error), in the unit of the values", ({ errors }) => mean(errors)),
    number("mean_abs_rel_error", "mean of abs(error / actual)", ({ relative }) => mean(relative)),
    number("median_abs_rel_error", "its median", ({ relative }) => median(relative)),
    count("beaten", "quantities of which the forecast was nearer to the actual value"),
  ]);
}

/**
 * The scored forecasts of a folder, in the order of their file names. Other JSON files are passed over, and counted.
 *
 * @throws UserError where the folder has none, one cannot be read, or its forecast was changed after it was sealed; and where two files
 * score the same forecast, which would count twice
 */
export async function readScoredFolder(
  folder: string,
): Promise<{ scored: ScoredForecast[]; passedOver: number }> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json")).sort();
  const scored: ScoredForecast[] = [];
  const seals = new Map<string, string>();
  for (const name of names) {
    const path = join(folder, name);
    if ((await kindOfFile(path)) !== "scored-forecast") continue;
    const one = await readScored(path);
    const { sha256 } = one.forecast.seal;
    const other = seals.get(sha256);
    if (other !== undefined)
      throw new UserError(`${shownPath(path)}: scores the same forecast as ${other}; allowed: each once`);
    seals.set(sha256, name);
    scored.push(one);
  }
  if (scored.length > 0) return { scored, passedOver: names.length - scored.length };
  throw new UserError(
    `${shownPath(folder)}: no scored forecast: ${countOf(names.length, "JSON file")}, none of them written by lawfit score FORECAST --actual NAME=VALUE`,
  );
}
