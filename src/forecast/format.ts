import { roundInterval, roundTo, shortNumber } from "../draw/numbers.ts";
import { tableOfRecords } from "../draw/records.ts";
import { formatTable } from "../tables/format.ts";
import { countOf, formatNumber, percent } from "../text.ts";
import type { Calibration } from "./calibration.ts";
import type { Forecast } from "./document.ts";
import { type ScoredForecast, scoresOf } from "./score.ts";

/** Columns of texts that are numbers. */
const NUMBERS = [
  ...["forecast", "actual", "error", "error (%)", "level", "budget", "value", "difference"],
  ...["interval score", "held", "rate", "95 % limits", "median error (%)", "mean error (%)"],
];
const table = (rows: Parameters<typeof tableOfRecords>[0]) =>
  rows.length === 0 ? "" : formatTable(tableOfRecords(rows), { alignRight: NUMBERS });

/** What a forecast says, for people. */
export function formatForecast(forecast: Forecast): string {
  const { targets, quantities, history, by, seal } = forecast;
  const sizes = targets.map(({ name, budget_multiple: multiple }) =>
    multiple === null ? name : `${name} (${formatNumber(multiple, 3)} times the largest run's compute)`,
  );
  const rows = quantities.flatMap(({ name, value, intervals }) =>
    intervals.map(({ purpose, interval, level, lower, upper, status }) => {
      const [low, high] = [lower ?? Number.NaN, upper ?? Number.NaN];
      return {
        ...{
          quantity: name,
          forecast: roundTo(value, low, high),
          level: percent(level, 4),
          interval,
          for: purpose,
        },
        range: roundInterval(low, high) || status,
      };
    }),
  );
  const variants = quantities.flatMap(({ name, sensitivity }) =>
    sensitivity.map(({ to, choice, value, difference, reason }) => ({
      ...{ quantity: name, to, choice, value: shortNumber(value ?? Number.NaN) || (reason ?? "") },
      difference: shortNumber(difference ?? Number.NaN, 2),
    })),
  );
  const cuts = new Set(history.rows.map(({ cut }) => cut)).size;
  return (
    `forecast of ${sizes.join(", ")}, by ${by}\n${table(rows)}\nsensitivity\n${table(variants)}\n` +
    `history: ${cuts === 0 ? (history.reason ?? "none") : `the largest run from ${countOf(cuts, "cut")}`}\nseal: ${seal.sha256}\n`
  );
}

/** How a forecast came out, for people. */
export function formatScored(scored: ScoredForecast): string {
  const { forecast } = scored;
  const scores = scoresOf(scored);
  const errorOf = (share: number | null) => (share === null ? "" : (100 * share).toFixed(2));
  const values = scores.map(({ name, forecast: value, actual, error, relative_error: share }) => ({
    ...{ quantity: name, forecast: shortNumber(value), actual: shortNumber(actual) },
    ...{ error: shortNumber(error, 3), "error (%)": errorOf(share) },
  }));
  const intervals = scores.flatMap(({ name, intervals }) =>
    intervals.map(({ purpose, interval, level, lower, upper, held, score }) => ({
      ...{ quantity: name, level: percent(level, 4), interval, for: purpose },
      range: roundInterval(lower ?? Number.NaN, upper ?? Number.NaN),
      held: held === null ? "" : held ? "yes" : "no",
      "interval score": shortNumber(score ?? Number.NaN),
    })),
  );
  const rivals = scores.flatMap(({ name, rivals }) =>
    rivals.map((rival) => ({
      ...{ quantity: name, rival: rival.name, value: shortNumber(rival.value ?? Number.NaN) },
      "error (%)": errorOf(rival.relative_error),
      "the forecast is": rival.beaten === null ? "" : rival.beaten ? "nearer" : "not nearer",
    })),
  );
  const late = scored.scored.slice(0, 10) > forecast.by ? ", which has passed" : "";
  return (
    `sealed ${forecast.sealed.slice(0, 10)}, to be known by ${forecast.by}${late}; seal ${forecast.seal.sha256.slice(0, 12)}... holds\n` +
    `${table(values)}\n${table(intervals)}\n${table(rivals)}`
  );
}

/** A calibration, for people. */
export function formatCalibration({ forecasts, intervals, errors }: Calibration): string {
  return `${countOf(forecasts, "scored forecast")}\n${formatTable(intervals)}\n${formatTable(errors)}`;
}
